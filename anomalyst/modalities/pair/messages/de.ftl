# Was von einem Bild mit seinem Text gesagt wird, auf Deutsch.

noun-one-pair = Paar
    .the = das Paar aus Bild und Text
    .this = dieses Paar aus Bild und Text
    .in = in diesem Paar aus Bild und Text
noun-normal-pair = Paar
    .akk = normales Paar
    .dat = normalen Paar
noun-normals-pair = Paare
    .akk = normale Paare
    .dat = normalen Paaren
noun-thing-pair = Paar
    .akk = das Paar aus Bild und Text
noun-things-pair = Paare
    .akk = normale Paare
noun-alike-pair = normale Paare
    .dat = normalen Paaren
noun-part-pair = Stelle
    .a = eine Stelle
    .no = keine Stelle
    .no-single = keine einzelne Stelle
    .many = Stellen

anomaly-unsupported-words = vom Bild nicht gestützte Wörter
    .akk = vom Bild nicht gestützte Wörter
anomaly-unrelated-text = Text, der nicht zum Bild gehört
    .akk = einen Text, der nicht zum Bild gehört

unit-nats = Nat
information = Bild und Text haben { $nats } an Information gemeinsam.
similar-pair = Ein stimmiges Paar, dessen Bild diesem ähnelt, sagt: { $caption }.
unknown-words = Diese Wörter hat der Detektor nicht gelernt: { $words }.
about-words = { $finding } betrifft den Text { $words }.
image-speaks-against = In { $finding } spricht das Bild gegen { $words } ({ $nats }).
image-speaks-for = In { $finding } stützt das Bild { $words } ({ $nats }).
fitting-words = An der Stelle von { $words } in { $finding } würde { $instead } passen.

## Headlines

headline-normal-pair = In diesem Paar aus Bild und Text wurde nichts Auffälliges gefunden.
    .v2 = In diesem Paar aus Bild und Text fiel nichts auf.
    .v3 = In diesem Paar aus Bild und Text war nichts auffällig.
headline-unrelated-text = Der Text passt nicht zum Bild.
    .v2 = Text und Bild passen nicht zusammen.
    .v3 = Der Text gehört nicht zu diesem Bild.
headline-word = Das Wort { $words } passt nicht zum Bild.
    .v2 = Zum Bild passt das Wort { $words } nicht.
    .v3 = Das Bild widerspricht dem Wort { $words }.
headline-words = Die Wörter { $words } passen nicht zum Bild.
    .v2 = Zum Bild passen die Wörter { $words } nicht.
    .v3 = Das Bild widerspricht den Wörtern { $words }.
headline-word-instead = Das Wort { $words } passt nicht zum Bild; { $instead } würde passen.
    .v2 = Zum Bild passt das Wort { $words } nicht, { $instead } würde passen.
    .v3 = Das Bild widerspricht dem Wort { $words }; passend wäre { $instead }.
headline-words-instead = Die Wörter { $words } passen nicht zum Bild; { $instead } würde passen.
    .v2 = Zum Bild passen die Wörter { $words } nicht, { $instead } würde passen.
    .v3 = Das Bild widerspricht den Wörtern { $words }; passend wäre { $instead }.
headline-normal-pair-noticed = In diesem Paar aus Bild und Text wurde nichts Auffälliges gefunden; eine Anomalie üblicher Größe wäre bemerkt worden.
headline-normal-pair-unnoticed = In diesem Paar aus Bild und Text wurde nichts Auffälliges gefunden; eine Anomalie üblicher Größe kann hier unbemerkt bleiben.

## Pictures and the coloured text

pair-image = Bild
pair-image-alt = Das Bild, die Stellen der Befunde umrandet
pair-image-caption = Umrandet sind die Stellen, die gegen die beanstandeten Wörter sprechen.
pair-maps = Wo das Bild dem Text widerspricht
pair-name = { $kind }: „{ $words }“
pair-name-words = Wörter: „{ $words }“
pair-note = Orange: Das Bild spricht gegen das Wort; violett: Es stützt das Wort; die Zahl steht im Titel jedes Wortes. Beanstandete Wörter sind unterstrichen.
pair-hint = Beanstandete Wörter sind unterstrichen. Wie viele Nat ein Wort hat, zeigt sich, wenn man darauf zeigt oder mit der Tabulatortaste dorthin geht.
pair-against = das Bild spricht dagegen
pair-supports = es spricht dafür
pair-word = { $value } ± { $error } Nat
pair-word-unknown = nicht gelernt, nicht beurteilt
pair-word-in = { $word }, in { $findings }
