# Was von einem Video gesagt wird, auf Deutsch. Orte heißen wie in einem Bild.

noun-one-video = Clip
    .the = der Clip
    .this = dieser Clip
    .in = in diesem Clip
noun-normal-video = Abschnitt
    .akk = normalen Abschnitt
    .dat = normalen Abschnitt
noun-normals-video = Abschnitte
    .akk = normale Abschnitte
    .dat = normalen Abschnitten
noun-thing-video = Clip
    .akk = den Clip
noun-things-video = Clips
    .akk = normale Clips
noun-alike-video = normale Clips
    .dat = normalen Clips
noun-part-video = Ereignis
    .a = ein Ereignis
    .no = kein Ereignis
    .no-single = kein einzelnes Ereignis
    .many = Ereignisse

anomaly-fast-motion = schnelle Bewegung
    .akk = eine schnelle Bewegung
anomaly-unusual-direction = ungewöhnliche Richtung
    .akk = eine ungewöhnliche Richtung
anomaly-motion-out-of-place = Bewegung am falschen Ort
    .akk = eine Bewegung am falschen Ort
anomaly-unusual-size = ungewöhnliche Größe
    .akk = eine ungewöhnliche Größe
anomaly-unusual-motion = ungewöhnliche Bewegung
    .akk = eine ungewöhnliche Bewegung
anomaly-unusual-appearance = ungewöhnliches Aussehen
    .akk = ein ungewöhnliches Aussehen

heading-left-to-right = von links nach rechts
heading-right-to-left = von rechts nach links
heading-top-to-bottom = von oben nach unten
heading-bottom-to-top = von unten nach oben
heading-rightwards-and-down = nach rechts unten
heading-leftwards-and-down = nach links unten
heading-rightwards-and-up = nach rechts oben
heading-leftwards-and-up = nach links oben

quality-speed = die Geschwindigkeit
    .dat = der Geschwindigkeit
quality-bare-speed = Geschwindigkeit

clip-when = { $finding } reicht { $span } ({ $duration }).
clip-where = { $finding } liegt { $there } im Bild.
clip-way = { $finding } bewegt sich { $way }.
clip-times = { $finding } bewegt sich { $times }-mal so schnell wie fast alles in den normalen Clips dort.

clip-headed = { " " }{ $way }
headline-clip-fast = { $Span } bewegt sich { $there } etwas{ $way }, { $times }-mal so schnell wie fast alles in den normalen Clips.
headline-clip-fast-motion = { $Span } bewegt sich { $there } etwas{ $way }, ungewöhnlich schnell.
headline-clip-unusual-direction = { $Span } bewegt sich { $there } etwas{ $way }, in ungewöhnlicher Richtung.
headline-clip-motion-out-of-place = { $Span } bewegt sich { $there } etwas{ $way }, wo sich in den normalen Clips kaum etwas bewegt.
headline-clip-unusual-size = { $Span } bewegt sich { $there } etwas ungewöhnlich Großes{ $way }.
headline-clip-unusual-motion = { $Span } bewegt sich { $there } etwas{ $way }, auf ungewöhnliche Weise.
headline-clip-unusual-appearance = { $Span } sieht { $there } etwas anders aus als in den normalen Clips.
headline-normal-clip = In { $extent } wurde nichts Ungewöhnliches gefunden.
headline-normal-clip-noticed = In { $extent } wurde nichts Ungewöhnliches gefunden; eine Auffälligkeit der üblichen Größe wäre bemerkt worden.
headline-normal-clip-unnoticed = In { $extent } wurde nichts Ungewöhnliches gefunden; eine Auffälligkeit der üblichen Größe kann hier unbemerkt bleiben.

clip-heading = Der Clip
clip-score = Anomaliewert im Zeitverlauf
clip-score-caption = Wie überraschend jeder Augenblick ist, nach dem, was bis dahin zu sehen war; Befunde sind hinterlegt.
clip-strip = Einzelbilder
clip-strip-caption = Der Rahmen wandert mit dem Befund.
clip-name = { $what }, { $span }
clip-frame = { $finding } bei { $when }
clip-at = bei { $when }
clip-alt = Anomaliewert von { $name } im Zeitverlauf, { $count } Befunde hinterlegt
