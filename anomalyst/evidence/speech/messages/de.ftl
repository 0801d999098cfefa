# Was jede Art von Daten sagt, auf Deutsch. Eine Meldung ist eine Formulierung einer Aussage, `.v2`, `.v3`, … sind andere
# derselben. Formen eines Wortes: `.a` mit unbestimmtem Artikel, `.the` mit bestimmtem, `.this` mit „dieser“, `.akk` und
# `.dat` im vierten und dritten Fall, `.of` als Genitiv. Platzhalter in Großschreibung ($What) beginnen einen Satz.

## Lists, numbers, times

joined = { $first } und { $last }
scientific = { $digits } · 10{ $raised }
count-0 = null
count-1 = ein
count-2 = zwei
count-3 = drei
count-4 = vier
count-5 = fünf
count-6 = sechs
count-7 = sieben
count-8 = acht
count-9 = neun
count-10 = zehn
share = { $some } von { $all }
band = { $usual }; Spanne { $low } bis { $high }
the-value = der Messwert
    .of = der Messgröße
of-name = von { $name }
row = Zeile { $row }
date = { $day }. { $month } { $year }
date-of-year = { $day }. { $month }
clock = { $clock } Uhr
moment = { $clock } am { $day }
at-row = in { $when }
at-place = bei { $when }
at-clock = um { $when }
on-day = am { $when }
span-from = von { $start } bis { $end }
span-between = zwischen { $start } und { $end }
span-from-days = vom { $start } bis zum { $end }
span-between-days = zwischen dem { $start } und dem { $end }
span-from-rows = von Zeile { $start } bis { $end }
span-between-rows = zwischen den Zeilen { $start } und { $end }
month-1 = Januar
month-2 = Februar
month-3 = März
month-4 = April
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = August
month-9 = September
month-10 = Oktober
month-11 = November
month-12 = Dezember

## Units

unit-percentage-points = Prozentpunkte
unit-percentage-point = Prozentpunkt
unit-rows = Zeilen
unit-row = Zeile
unit-false-alarms-per-day = Fehlalarme pro Tag
unit-false-alarm-per-day = Fehlalarm pro Tag
unit-false-alarms-per-1-000-rows = Fehlalarme pro 1.000 Zeilen
unit-false-alarm-per-1-000-rows = Fehlalarm pro 1.000 Zeilen

## Words of closed sets

confidence-very-high = sehr hoch
    .dat = sehr hoher
confidence-high = hoch
    .dat = hoher
confidence-moderate = mäßig
    .dat = mäßiger
confidence-low = gering
    .dat = geringer
calibration-method-split-conformal = Split-Conformal-Verfahren
calibration-method-cross-conformal = Cross-Conformal-Verfahren
calibration-method-self-calibrated = Vergleich der Daten mit sich selbst
option-aligned = „ortsgebundener Vergleich“
option-global = „ortsunabhängiger Vergleich“
option-short-windows = „kurze Fenster“
option-long-windows = „lange Fenster“
option-windows-of-8-to-128-steps = „Fenster von 8 bis 128 Schritten“
outcome-anomalous = auffällig
outcome-normal = normal
outcome-cannot-tell = unklar

## Nouns, for kinds of data that bring none

noun-one = Probe
    .the = die Probe
    .this = diese Probe
    .in = in dieser Probe
noun-normal = Beispiel
    .akk = normales Beispiel
    .dat = normalen Beispiel
noun-normals = Beispiele
    .akk = normale Beispiele
    .dat = normalen Beispielen
noun-thing = Probe
    .akk = die Probe
noun-things = Proben
    .akk = normale Proben
noun-alike = normale Proben
    .dat = normalen Proben
noun-part = Stelle
    .a = eine Stelle
    .no = keine Stelle
    .no-single = keine einzelne Stelle
    .many = Stellen

## The verdict and how far to trust it

verdict-anomalous = { $Noun-the } ist auffällig: Der p-Wert beträgt { $p } und liegt unter der Alarmschwelle von { $alpha }.
    .v2 = { $Noun-this } ist auffällig (p { $eq }, unter der Alarmschwelle von { $alpha }).
    .v3 = { $Noun-the } ist als Ganzes auffällig, mit p { $eq } bei einer Alarmschwelle von { $alpha }.
verdict-normal = { $Noun-the } ist unauffällig: Der p-Wert beträgt { $p } und liegt über der Alarmschwelle von { $alpha }.
    .v2 = { $Noun-in } wurde nichts Auffälliges gefunden (p { $eq }, über der Alarmschwelle von { $alpha }).
    .v3 = { $Noun-this } ist bei einer Alarmschwelle von { $alpha } unauffällig (p { $eq }).
verdict-bare-anomalous = { $Noun-the } ist auffällig.
verdict-bare-normal = { $Noun-the } ist unauffällig.
cannot-tell-few = Ob { $noun-the } unauffällig ist, lässt sich nicht sagen: Mit { $normals } { $normals-things-dat } ist der kleinste erreichbare p-Wert { $least }, ein Alarm war also ausgeschlossen; für die Alarmschwelle von { $alpha } braucht es mindestens { $needed } { $needed-things-akk }.
cannot-tell-lowest = Ob { $noun-the } unauffällig ist, lässt sich nicht sagen: p { $eq } ist der kleinste Wert, den { $normals } { $normals-things } zeigen können; für die Alarmschwelle von { $alpha } braucht es mindestens { $needed } { $needed-things-akk }.
cannot-tell-unlike = Ob { $noun-the } unauffällig ist, lässt sich nicht sagen: { $Noun-the } weicht von den normalen Daten ab (auf Englisch vermerkt: „{ $unlike }“).
cannot-tell-close = Ob { $noun-the } unauffällig ist, lässt sich nicht sagen: Der p-Wert von { $p } liegt nahe an der Alarmschwelle von { $alpha }.
cannot-tell-few-seen = Ob { $noun-the } unauffällig ist, lässt sich nicht sagen: Nur { $some } von { $all } eingepflanzten Auffälligkeiten üblicher Größe lösten den Alarm aus.
cannot-tell-none-seen = Ob { $noun-the } unauffällig ist, lässt sich nicht sagen: Keine von { $all } eingepflanzten Auffälligkeiten üblicher Größe löste den Alarm aus.
cannot-tell-alone-few-seen = Ob { $noun-the } unauffällig ist, lässt sich nicht sagen: { $Noun-the } wurde nur mit sich selbst verglichen, und nur { $some } von { $all } eingepflanzten Auffälligkeiten üblicher Größe lösten den Alarm aus.
cannot-tell-alone-none-seen = Ob { $noun-the } unauffällig ist, lässt sich nicht sagen: { $Noun-the } wurde nur mit sich selbst verglichen, und keine von { $all } eingepflanzten Auffälligkeiten üblicher Größe löste den Alarm aus.
cannot-tell-untried = Ob { $noun-the } unauffällig ist, lässt sich nicht sagen: Es wurde keine Auffälligkeit eingepflanzt, um zu sehen, ob sie den Alarm auslöst.
cannot-tell-also-unlike = Außerdem gilt: { $Noun-the } weicht von den normalen Daten ab (auf Englisch vermerkt: „{ $unlike }“).
cannot-tell-also-close = Außerdem gilt: Der p-Wert von { $p } liegt nahe an der Alarmschwelle von { $alpha }.
cannot-tell-also-few-seen = Außerdem gilt: Nur { $some } von { $all } eingepflanzten Auffälligkeiten üblicher Größe lösten den Alarm aus.
cannot-tell-also-none-seen = Außerdem gilt: Keine von { $all } eingepflanzten Auffälligkeiten üblicher Größe löste den Alarm aus.
cannot-tell-also-alone-few-seen = Außerdem gilt: { $Noun-the } wurde nur mit sich selbst verglichen, und nur { $some } von { $all } eingepflanzten Auffälligkeiten üblicher Größe lösten den Alarm aus.
cannot-tell-also-alone-none-seen = Außerdem gilt: { $Noun-the } wurde nur mit sich selbst verglichen, und keine von { $all } eingepflanzten Auffälligkeiten üblicher Größe löste den Alarm aus.
cannot-tell-also-untried = Außerdem gilt: Es wurde keine Auffälligkeit eingepflanzt, um zu sehen, ob sie den Alarm auslöst.
retaken = Die Probe ist anders aufgenommen als die normalen, die darum angeglichen wurden (auf Englisch vermerkt: „{ $retaken }“).
beware = Achtung, die Probe weicht von den normalen ab (auf Englisch vermerkt: „{ $unlike }“).
p-equals = = { $p }
p-less = weniger als { $p }
p-below = < { $p }
confidence = Die Sicherheit dieses Urteils ist { $level }.
    .v2 = Dieses Urteil wird mit { $level-dat } Sicherheit abgegeben.
    .v3 = Sicherheit des Urteils: { $level }.
seen-enough = Auf { $share } künstlich eingefügten Anomalien üblicher Größe sprach der Alarm an.
seen-few = Eine Anomalie üblicher Größe kann hier unbemerkt bleiben: Nur auf { $share } künstlich eingefügten sprach der Alarm an.
seen-none = Eine Anomalie üblicher Größe kann hier unbemerkt bleiben: Auf keine der { $all } künstlich eingefügten sprach der Alarm an.
count-none-significant = { $Part-no } ist bei einer Falschentdeckungsrate von { $fdr } signifikant; { $finding } ist nur die verdächtigste Stelle.
count-one = { $Part-a } fällt bei einer Falschentdeckungsrate von { $fdr } auf.
count-many = { $Count } { $part-many } fallen bei einer Falschentdeckungsrate von { $fdr } auf.
count-one-bare = { $Part-a } fällt auf.
count-many-bare = { $Count } { $part-many } fallen auf.

calibration-normals = Der p-Wert beruht auf { $normals } { $things-dat }.
calibration-few = Der p-Wert beruht auf nur { $normals } { $things-dat }.
calibration-normals-by = Der p-Wert beruht auf { $normals } { $things-dat } (kalibriert mit dem { $method }).
calibration-few-by = Der p-Wert beruht auf nur { $normals } { $things-dat } (kalibriert mit dem { $method }).
calibration-alone = Der p-Wert ist an den Daten selbst kalibriert.
calibration-alone-normals = Der p-Wert ist an den Daten selbst kalibriert und beruht auf { $normals } { $things-dat }.
calibration-alone-few = Der p-Wert ist an den Daten selbst kalibriert und beruht auf nur { $normals } { $things-dat }.
false-alarms = Nach dieser Kalibrierung lösen normale Daten bei der Alarmschwelle von { $alpha } im Mittel höchstens { $alarms } aus.
extrapolated = Der p-Wert ist extrapoliert: Er wurde am angepassten Ende der Verteilung abgelesen.
missing-share = Es fehlen { $share } der Werte.

## The choice of the detector

detector = Das Urteil stammt vom Detektor { $detector }.
detector-option = Das Urteil stammt vom Detektor { $detector } mit der Einstellung { $option }.
detector-reason = Als Grund für diese Wahl ist auf Englisch vermerkt: "{ $reason }".
trial = Auf synthetischen Anomalien erreichte die Einstellung { $who } eine AUROC von { $auroc }.
trial-unnamed = Auf synthetischen Anomalien erreichte der Detektor eine AUROC von { $auroc }.
budget-chosen = Für das Zeitbudget von { $budget } wurde { $detector } gewählt; als Grund ist auf Englisch vermerkt: "{ $reason }".
budget-chosen-estimated = Für das Zeitbudget von { $budget } wurde { $detector } gewählt, bei einer geschätzten Laufzeit von { $estimated }; als Grund ist auf Englisch vermerkt: "{ $reason }".
budget-share = { $Share } das Zeitbudget von { $budget } ein; gewählt wurde { $detector }, und als Grund ist auf Englisch vermerkt: "{ $reason }".
budget-share-estimated = { $Share } das Zeitbudget von { $budget } ein; gewählt wurde { $detector } mit einer geschätzten Laufzeit von { $estimated }, und als Grund ist auf Englisch vermerkt: "{ $reason }".
budget-none-fit = Keiner von { $all } geeigneten Detektoren hält
budget-one-fits = 1 von { $all } geeigneten Detektoren hält
budget-some-fit = { $some } von { $all } geeigneten Detektoren halten
run-time-within = Der Lauf dauerte { $took } und hielt das Zeitbudget von { $budget } ein.
run-time-over = Der Lauf dauerte { $took }, also { $over } länger als das Zeitbudget von { $budget }.

## A finding

kind = Bei { $finding } handelt es sich um { $kind-akk }.
    .v2 = Art der Auffälligkeit { $finding }: { $kind }.
    .v3 = { $finding } zeigt { $kind-akk }.
kind-in = Bei { $finding } handelt es sich um { $kind-akk } bei { $names }.
    .v2 = Art der Auffälligkeit { $finding } bei { $names }: { $kind }.
    .v3 = { $finding } zeigt bei { $names } { $kind-akk }.
direction-above = { $finding } liegt über dem Erwarteten.
direction-below = { $finding } liegt unter dem Erwarteten.
direction-brighter = { $finding } weicht vom Erwarteten ab, und zwar ins Hellere.
direction-darker = { $finding } weicht vom Erwarteten ab, und zwar ins Dunklere.
value-alone = In { $finding } lag { $what } bei { $observed }.
    .v2 = In { $finding } betrug { $what } { $observed }.
    .v3 = { $What } in { $finding }: { $observed }.
value = In { $finding } lag { $what } bei { $observed } (erwartet: { $expected }).
    .v2 = In { $finding } betrug { $what } { $observed } (normal: { $expected }).
    .v3 = { $What } in { $finding }: { $observed } gemessen (erwartet: { $expected }).
value-higher = In { $finding } lag { $what } bei { $observed }, { $by } höher als erwartet ({ $expected }).
    .v2 = In { $finding } betrug { $what } { $observed } und lag damit { $by } höher als normal ({ $expected }).
    .v3 = { $What } in { $finding }: { $observed } gemessen, { $by } mehr als erwartet ({ $expected }).
value-lower = In { $finding } lag { $what } bei { $observed }, { $by } niedriger als erwartet ({ $expected }).
    .v2 = In { $finding } betrug { $what } { $observed } und lag damit { $by } niedriger als normal ({ $expected }).
    .v3 = { $What } in { $finding }: { $observed } gemessen, { $by } weniger als erwartet ({ $expected }).
peak = Der Anomaliewert von { $finding } erreicht das { $ratio }-Fache des normalen Grenzwerts.
peak-at = Der Anomaliewert von { $finding } ist { $where } am höchsten und erreicht das { $ratio }-Fache des normalen Grenzwerts.
smallest-p = Der kleinste p-Wert in { $finding } beträgt { $p }.
agreement-both-score-rules = Beide Bewertungsregeln schlagen bei { $finding } an.
agreement-both-detectors = Beide Detektoren schlagen bei { $finding } an.
agreement-all-score-rules = Alle { $total } Bewertungsregeln schlagen bei { $finding } an.
agreement-all-detectors = Alle { $total } Detektoren schlagen bei { $finding } an.
agreement-one-score-rules = 1 von { $total } Bewertungsregeln schlägt bei { $finding } an.
agreement-one-detectors = 1 von { $total } Detektoren schlägt bei { $finding } an.
agreement-some-score-rules = { $agree } von { $total } Bewertungsregeln schlagen bei { $finding } an.
agreement-some-detectors = { $agree } von { $total } Detektoren schlagen bei { $finding } an.
healed-goes = Ersetzt man alle auffälligen Stellen durch das Erwartete, ergibt sich p { $eq }, und der Alarm entfällt.
    .v2 = Mit dem Erwarteten anstelle aller auffälligen Stellen ist p { $eq }: Der Alarm entfällt.
    .v3 = Sind alle auffälligen Stellen durch das Erwartete ersetzt, verschwindet der Alarm (p { $eq }).
healed-stays = Ersetzt man alle auffälligen Stellen durch das Erwartete, ergibt sich p { $eq }, und der Alarm bleibt.
    .v2 = Mit dem Erwarteten anstelle aller auffälligen Stellen ist p { $eq }: Der Alarm bleibt.
    .v3 = Sind alle auffälligen Stellen durch das Erwartete ersetzt, bleibt der Alarm bestehen (p { $eq }).
healed-words-goes = Ersetzt man die beanstandeten Wörter durch passende, ergibt sich p { $eq }, und der Alarm entfällt.
    .v2 = Mit passenden Wörtern anstelle der beanstandeten ist p { $eq }: Der Alarm entfällt.
    .v3 = Sind die beanstandeten Wörter durch passende ersetzt, verschwindet der Alarm (p { $eq }).
healed-words-stays = Ersetzt man die beanstandeten Wörter durch passende, ergibt sich p { $eq }, und der Alarm bleibt.
    .v2 = Mit passenden Wörtern anstelle der beanstandeten ist p { $eq }: Der Alarm bleibt.
    .v3 = Sind die beanstandeten Wörter durch passende ersetzt, bleibt der Alarm bestehen (p { $eq }).
healed-random-goes = Ersetzt man stattdessen eine zufällige Stelle gleicher Größe, ergibt sich p { $eq }, und der Alarm entfällt.
    .v2 = Mit einer zufällig gewählten, gleich großen Stelle ist p { $eq }: Der Alarm entfällt.
    .v3 = Wird eine zufällige Stelle gleicher Größe ersetzt, verschwindet der Alarm (p { $eq }).
healed-random-stays = Ersetzt man stattdessen eine zufällige Stelle gleicher Größe, ergibt sich p { $eq }, und der Alarm bleibt.
    .v2 = Mit dem Erwarteten an einer zufälligen, gleich großen Stelle ist p { $eq }: Der Alarm bleibt.
    .v3 = Wird stattdessen eine zufällige Stelle gleicher Größe ersetzt, bleibt der Alarm bestehen (p { $eq }).
healed-random-words-goes = Lässt man stattdessen ebenso viele zufällige Wörter weg, ergibt sich p { $eq }, und der Alarm entfällt.
    .v2 = Ohne ebenso viele zufällig gewählte Wörter ist p { $eq }: Der Alarm entfällt.
    .v3 = Werden stattdessen ebenso viele zufällige Wörter weggelassen, verschwindet der Alarm (p { $eq }).
healed-random-words-stays = Lässt man stattdessen ebenso viele zufällige Wörter weg, ergibt sich p { $eq }, und der Alarm bleibt.
    .v2 = Ohne ebenso viele zufällig gewählte Wörter ist p { $eq }: Der Alarm bleibt.
    .v3 = Werden stattdessen ebenso viele zufällige Wörter weggelassen, bleibt der Alarm bestehen (p { $eq }).
test-passed = Der Heilungstest wurde bestanden.
    .v2 = Die Gegenprobe durch Heilung wurde bestanden.
    .v3 = Der Heilungstest ist bestanden.
test-failed = Der Heilungstest wurde nicht bestanden.
    .v2 = Die Gegenprobe durch Heilung wurde nicht bestanden.
    .v3 = Der Heilungstest ist nicht bestanden.
test-not-applicable = Der Heilungstest ist nicht anwendbar.
    .v2 = Die Gegenprobe durch Heilung ist nicht anwendbar.
    .v3 = Ergebnis des Heilungstests: nicht anwendbar.
test-of-passed = Bei { $finding } wurde der Heilungstest bestanden.
    .v2 = { $finding } hat den Heilungstest bestanden.
    .v3 = Die Gegenprobe durch Heilung wurde bei { $finding } bestanden.
test-of-failed = Bei { $finding } wurde der Heilungstest nicht bestanden.
    .v2 = { $finding } hat den Heilungstest nicht bestanden.
    .v3 = Die Gegenprobe durch Heilung wurde bei { $finding } nicht bestanden.
healed-region = In { $finding } beträgt der kleinste p-Wert nach der Heilung { $p }.

## Causes and next steps

of-channel = { " " }von { $channel }
around = { " " }um { $when }
cause-alone = Eine mögliche Ursache ist { $cause }.
    .v2 = Dahinter könnte Folgendes stecken: { $cause }.
    .v3 = Möglich ist als Ursache: { $cause }.
cause = Eine mögliche Ursache von { $finding } ist { $cause }.
    .v2 = Denkbare Ursache von { $finding }: { $cause }.
    .v3 = Als Ursache von { $finding } denkbar: { $cause }.
next-step = { $step }
what-to-do-collect = { $Things-akk } sammeln und die Analyse wiederholen.
what-to-do-collect-more = Weitere { $things-akk } sammeln und die Analyse wiederholen.
what-to-do-keep = { $Thing-akk } als weiteres normales Beispiel zum Vergleichen aufbewahren.
what-to-do-few = { $Thing-akk } mit eigenen Augen prüfen und zum Vergleich mindestens { $needed } { $needed-things-akk } sammeln.
what-to-do-unlike = Normale Daten sammeln, die wie diese aufgenommen sind, und die Analyse wiederholen.
what-to-do-close = { $Thing-akk } mit eigenen Augen prüfen und weitere { $things-akk } sammeln.
what-to-do-alone = Zum Vergleich normale Daten sammeln und die Analyse wiederholen.
what-to-do-untried = { $Thing-akk } mit eigenen Augen prüfen.
what-to-do-unseen = { $Thing-akk } mit eigenen Augen prüfen und weitere, ähnliche { $things-akk } sammeln.
what-to-do-first = { $Thing-akk } prüfen, bevor man sich auf das Urteil verlässt.

## Headings

label-cannot-tell = { $name }: { $outcome }, p { $eq }
label = { $name }: { $outcome }, p { $eq }, Sicherheit { $level }
title-measured = Was gemessen wurde
title-causes = Mögliche Ursachen
title-steps = Was zu tun ist
title-sure = Wie sicher ist das?
title-reading = Beim Einlesen (auf Englisch vermerkt)
title-worded = Wortlaut:
title-report = Bericht

## What is no statement

remark-greeting = Hallo, fragen Sie gerne nach dem Ergebnis: was gefunden wurde, wo, wann, wie sicher es ist oder was normal wäre.
remark-thanks = Gern geschehen, fragen Sie einfach, wenn zum Ergebnis noch etwas offen ist.
remark-help = Sie können fragen, was gefunden wurde, wo, wann, wie viel, wie sicher es ist, warum, was normal ist, was die Ursache sein könnte oder was eine andere Alarmschwelle, ein anderer Detektor oder ein Teil der Daten ergäbe.
remark-idle = Ich weiß nur etwas über diese Probe und das, was an ihr gemessen wurde.
remark-unmeasured = Das lässt sich aus dem, was gemessen wurde, nicht beantworten; fragen Sie, was gefunden wurde, wo, wann, wie viel, wie sicher es ist oder was normal ist.
remark-unknown = Diese Frage habe ich nicht verstanden; fragen Sie zum Beispiel: „Was wurde gefunden?“, „Wo?“, „Wie sicher ist das?“, „Was ist normal?“ oder „Was wäre bei α = 0,01?“.
remark-gone = Dafür müssen die Daten noch einmal gemessen werden und sie sind nicht mehr zur Hand: Senden Sie sie erneut und fragen Sie dann.

## Headlines

headline-not-significant = { $Part-no-single } ist signifikant; dies ist nur die verdächtigste Stelle.
headline-count = Insgesamt fallen { $count } { $part-many } auf.

## Computed from facts

ratio = { $First } ist { $ratio }-mal so groß wie { $second }.
difference-more = { $First } ist um { $by } größer als { $second }.
difference-less = { $First } ist um { $by } kleiner als { $second }.
difference-none = { $First } ist genauso groß wie { $second }.
sum-shares = Zusammen machen { $names } { $sum } des Anomaliewerts von { $finding } aus.
sum-areas = Zusammen bedecken { $names } { $sum } des Bildes.
in-time-before = { $first } begann vor { $second } ({ $when }; { $second }: { $then }).
in-time-after = { $first } begann nach { $second } ({ $when }; { $second }: { $then }).
in-time-during = { $first } liegt zeitlich innerhalb von { $second }.
in-time-same-time = { $first } und { $second } begannen gleichzeitig ({ $when }).
against-greater = { $First } ist größer als { $second }: { $a } gegenüber { $b }.
against-less = { $First } ist kleiner als { $second }: { $a } gegenüber { $b }.
against-equal = { $First } und { $second } sind gleich groß: { $a }.
rank-largest = { $First } ist unter { $count } Werten der größte: { $a }.
rank-smallest = { $First } ist unter { $count } Werten der kleinste: { $a }.
first-of-all-first = { $finding } ist der erste von { $count } Befunden: Er begann { $when }.
first-of-all-last = { $finding } ist der letzte von { $count } Befunden: Er begann { $when }.
of-kind-all = Alle { $total } Befunde sind von der Art „{ $kind }“.
of-kind-some = { $number ->
    [one] Einer von { $total } Befunden ist
   *[many] { $Count } von { $total } Befunden sind
    } von der Art „{ $kind }“.
of-kind-single = Der einzige Befund ist von der Art „{ $kind }“.
only-channels = Von { $count } Kanälen { $number ->
    [one] wich
   *[many] wichen
    } nur { $names } vom Normalen ab.
at-level-anomalous = Auch bei einer Alarmschwelle von { $level } lautete das Urteil „auffällig“ (p { $eq }).
at-level-normal = Bei einer Alarmschwelle von { $level } lautete das Urteil „unauffällig“ (p { $eq }).
not-measured = Das lässt sich aus dem, was gemessen wurde, nicht beantworten.
nothing-at-nearest = Nichts Auffälliges wurde { $when } gefunden; der nächstgelegene Befund ist { $finding }, { $span }.
nothing-at-nowhere = Nichts Auffälliges wurde { $when } gefunden.
nothing-at-outside = So weit reichen die Daten nicht: Sie laufen { $span }, und { $when } ist nichts bekannt.
none-of-kind = Kein Befund ist von der Art „{ $kind }“.
none-of-place = Kein Befund liegt dort ({ $place }).
findings-are-one = Es gibt nur einen Befund, { $name }.
findings-are-many = Die Befunde sind { $names }; weitere gibt es nicht.
not-done-detector = Außer { $detector } wurde kein Detektor befragt.
not-done-planted = Es wurden keine Fehler eingepflanzt, um zu sehen, wie kleine noch aufgefallen wären.
not-done-healing = Die Befunde wurden nicht durch Heilung geprüft.
found-at-all = Bei einer Alarmschwelle von { $level } bleiben alle { $total } Befunde.
found-at-some = Bei einer Alarmschwelle von { $level } { $number ->
    [one] bleibt nur { $names }
   *[many] bleiben nur { $names }
    } von { $total } Befunden.
chosen = Grund für die Wahl von { $detector }: { $reason }.
reason-it-is-the-detector-that-the-user-asked-for = Er wurde verlangt
reason-many-values-are-missing-and-it-reads-only-the-observed-ones = Es fehlen viele Werte, und er liest nur die vorhandenen
reason-no-other-is-quicker = Kein anderer ist schneller
reason-it-is-the-only-one-that-fits = Er passt als einziger in die Zeit
reason-it-is-the-only-one-for-such-data = Für solche Daten gibt es keinen anderen
reason-it-is-the-quickest-of-those-measured-to-be-the-most-accurate-of-those-that-fit = Er ist der schnellste von denen, die nach Messungen am genauesten sind und in die Zeit passen
reason-it-is-the-quickest-of-those-measured-to-be-the-most-accurate-for-such-data = Er ist der schnellste von denen, die nach Messungen für solche Daten am genauesten sind
reason-it-was-measured-to-be-the-most-accurate-of-those-that-fit = Er ist nach Messungen der genaueste von denen, die in die Zeit passen
reason-it-was-measured-to-be-the-most-accurate-for-such-data = Er ist nach Messungen der genaueste für solche Daten
reason-it-was-fitted-before-so-that-only-scoring-takes-time = Er wurde vorher angelernt
second-opinion-anomalous = Auch der Detektor { $detector } urteilt „auffällig“ (p { $eq }).
second-opinion-normal = Der Detektor { $detector } schlägt nicht an (p { $eq }).
second-finds-all = Von den Befunden findet { $detector } alle wieder: { $names }.
second-finds-some = Von den Befunden findet { $detector } { $names } wieder, nicht aber { $others }.
second-finds-none = Von den Befunden findet { $detector } keinen wieder.
part-alone-anomalous = Für sich genommen ist der Teil { $span } auffällig (p { $eq }) und hat { $number ->
    [one] einen Befund
   *[many] { $count } Befunde
    }.
part-alone-normal = Für sich genommen ist der Teil { $span } unauffällig (p { $eq }).
count-at-none = Bei einer Alarmschwelle von { $level } fiele nichts auf.
count-at-one = Bei einer Alarmschwelle von { $level } fiele eine Stelle auf.
count-at-many = Bei einer Alarmschwelle von { $level } fielen { $count } Stellen auf.
side-upper = oben
side-lower = unten
side-left = links
side-right = rechts

## How a fact is named

fact-observed = der Wert { $what-of } in { $finding }
fact-expected = der übliche Wert { $what-of } in { $finding }
fact-difference = die Abweichung { $what-of } in { $finding }
fact-duration = die Dauer von { $finding }
fact-area = die Fläche von { $finding }
fact-peak-ratio = der höchste Anomaliewert von { $finding }
fact-peak-p = der kleinste p-Wert in { $finding }
fact-channel-share = der Anteil { $what-of } am Anomaliewert von { $finding }
fact-start = der Beginn von { $finding }
fact-information = die Information zu { $finding }
fact-sample-p = der p-Wert
fact-alpha = die Alarmschwelle
fact-healed-p = der p-Wert nach der Heilung
fact-random-healed-p = der p-Wert nach der Heilung einer zufälligen Stelle
fact-healed-region-p = der kleinste p-Wert in { $finding } nach der Heilung
fact-lag = der Rückstand { $what-of } in { $finding }

## Facts in tables: what they are called, their values

label-verdict = Urteil
label-whole-differs = ganzes Bild ungewöhnlicher als jede Stelle
label-sample-p = p-Wert der ganzen Probe
label-alpha = Alarmschwelle α
label-false-alarms = was diese Schwelle auf normalen Daten höchstens auslöst
label-second-p = p-Wert eines anderen Detektors
label-second-count = Befunde eines anderen Detektors
label-second-finds = von einem anderen Detektor gefunden
label-level-count = Befunde bei anderer Alarmschwelle
label-part-start = Beginn des einzeln beurteilten Teils
label-part-end = Ende des einzeln beurteilten Teils
label-part-p = p-Wert dieses Teils
label-part-count = Befunde in diesem Teil
label-confidence = Sicherheit
label-doubt = was trotz ausgebliebenen Alarms gegen das Urteil „normal“ spricht
label-retaken = angeglichene normale Proben (auf Englisch)
label-unlike-normals = worin sich die Probe von den normalen unterscheidet (auf Englisch)
label-p-bound = kleinster p-Wert einer Probe, der genannt wird
label-region-p-bound = kleinster p-Wert eines Elements, der genannt wird
label-p-extrapolated = p-Wert extrapoliert
label-calibration-normals = normale Proben hinter dem p-Wert
label-smallest-p = kleinster p-Wert, den eine Probe hier erreichen kann
label-normals-needed = normale Proben, die für die Alarmschwelle nötig sind
label-seen-faults = eingepflanzte Fehler üblicher Größe, die den Alarm auslösen
label-planted-p = p-Wert mit einem eingepflanzten Fehler, nach dessen Nummer
label-stain-seen = Kontrast des schwächsten eingepflanzten Flecks, der den Alarm auslöst
label-stain-unseen = Kontrast des stärksten eingepflanzten Flecks, der unbemerkt bleibt
label-stain-area = Anteil des Bildes unter dem eingepflanzten Fleck
label-spike-seen = kleinster eingepflanzter Ausschlag, der den Alarm auslöst
label-spike-unseen = größter eingepflanzter Ausschlag, der unbemerkt bleibt
label-spike-rows = Dauer der eingepflanzten Ausschläge
label-shift-seen = kleinster eingepflanzter Niveausprung, der den Alarm auslöst
label-shift-unseen = größter eingepflanzter Niveausprung, der unbemerkt bleibt
label-shift-rows = Dauer der eingepflanzten Niveausprünge
label-calibration-method = Kalibrierung
label-fdr = Falschentdeckungsrate der Befunde
label-finding-count = Anzahl der Befunde
label-sample-size = Größe der Probe
label-missing-share = fehlende Werte
label-time-span = Zeitraum
label-information = gemeinsame Information von Bild und Text
label-information-error = Fehler der Information, ±
label-nearest-caption = Text eines ähnlichen stimmigen Paars, nach Rang
label-unknown-words = nicht gelernte und nicht beurteilte Wörter
label-field = Fachgebiet, wie angegeben
label-detector = Detektor
label-detector-option = Einstellung des Detektors
label-detector-reason = Grund für die Einstellung (auf Englisch)
label-synthetic-auroc = AUROC auf synthetischen Anomalien
label-choice-reason = Grund für die Wahl des Detektors (auf Englisch)
label-budget = Zeitbudget
label-estimated-time = geschätzte Laufzeit
label-within-budget = geeignete Detektoren, die das Zeitbudget voraussichtlich einhalten
label-run-time = Laufzeit bis zum Heilungstest
label-over-budget = Überschreitung des Zeitbudgets
label-words = Wörter
label-fitting-words = Wörter, die stattdessen passen würden
label-place = Lage
label-box = Rahmen
label-area = Fläche
label-start = Beginn
label-end = Ende
label-duration = Dauer
label-peak-at = Höchstwert bei
label-peak-p = kleinster p-Wert
label-peak-ratio = höchster Anomaliewert, als Vielfaches des normalen 95-%-Quantils
label-anomaly-kind = Art der Auffälligkeit
label-shape = Form
label-heading = Bewegungsrichtung
label-speed-ratio = Geschwindigkeit, als Vielfaches dessen, was in den normalen Clips dort kaum eine Bewegung übertrifft
label-direction = Richtung
label-observed = beobachtet
label-expected = erwartet
label-difference = Abweichung
label-channel-share = Anteil am Anomaliewert
label-top-channel = Kanal mit dem größten Anteil
label-moved-first = Kanal, der sich zuerst bewegte
label-lag = wie viel später sich ein Kanal bewegte
label-rule-agreement = Bewertungsregeln oder Detektoren, die übereinstimmen
label-rule-p = kleinster p-Wert nach Bewertungsregel oder Detektor
label-normals-as-extreme = ebenso extreme normale Proben
label-own-cause = mögliche Ursache aus der eigenen Ursachendatei
label-own-step = nächster Schritt aus der eigenen Ursachendatei
label-healed-p = p-Wert der Probe nach der Heilung der Stelle
label-healed-region-p = kleinster p-Wert der Stelle nach der Heilung
label-first-healed-p = p-Wert der Probe, wenn nur der erste Kanal geheilt wird
label-random-healed-p = p-Wert der Probe nach der Heilung einer zufälligen Stelle
label-do-test = Heilungstest

column-words = Wörter
column-would-fit = Passend wäre
column-where = Wo
column-kind = Art
column-size = Größe
column-observed = Beobachtet
column-expected = Erwartet
column-share = Anteil
column-information = Information
column-error = Fehler, ±
column-rules = Regeln

value-yes = ja
value-no = nein
value-bounded = { $value } ({ $low } bis { $high })
value-from-to = { $from } bis { $to }
stamp = { $date } { $clock }
stamp-date = { $day }.{ $month }.{ $year }
subject-sample = gesamt
subject-choice = Wahl
result-passed = bestanden
result-failed = nicht bestanden
result-not-applicable = nicht anwendbar
way-above = darüber
way-below = darunter
way-brighter = heller
way-darker = dunkler
setting-aligned = ortsgebundener Vergleich
setting-global = ortsunabhängiger Vergleich
setting-short-windows = kurze Fenster
setting-long-windows = lange Fenster
setting-windows-of-8-to-128-steps = Fenster von 8 bis 128 Schritten
rule-density = Dichte
rule-reconstruction = Rekonstruktion
rule-imputation = Imputation
doubt-none = nichts
doubt-too-few-normals = zu wenige normale Proben
doubt-unlike-its-normals = anders als die normalen Proben
doubt-close-to-the-alarm-level = nahe an der Alarmschwelle
doubt-compared-with-itself-only = nur mit sich selbst verglichen
doubt-no-anomaly-planted = keine Auffälligkeit eingepflanzt
doubt-planted-anomalies-unseen = eingepflanzte Auffälligkeiten unbemerkt
field-general = allgemein
field-machines = Maschinen
field-servers = Server
field-products = Produkte
field-medicine = Medizin
extent-of-pixels = Pixel
extent-of-rows = Zeilen
extent-of-channel = Kanal
extent-of-channels = Kanäle
extent-of-word = Wort
extent-of-words = Wörter

## Findings and drawings

name-in = { $kind } bei { $channel }
name-abnormal-in = Auffälligkeit bei { $channel }
name-abnormal = auffällige Stelle
legend-observed = beobachtet
legend-expected = erwartet
legend-healed = geheilt
legend-band = erwartet, 90-%-Band
legend-flagged = auffällig
legend-gap = keine Daten

## Who worded what, and what was checked

worded-built-in = eingebaut
worded-unusable = eingebaut ({ $llm } lieferte keinen brauchbaren Satz)
worded-some = { $llm } ({ $own } von { $all } Sätzen, die übrigen eingebaut)
worded-chosen = { $picked } von { $all } Sätzen von { $llm } ausgewählt, alle mit eingebautem Wortlaut
worded-chosen-own = { $picked } von { $all } Sätzen von { $llm } ausgewählt, davon { $own } in eigenen Worten, die übrigen eingebaut
title-ideas = Ideen von { $llm }, nicht geprüft
writer-builtin = eingebaut
writer-the-built-in-writer = eingebaut
check-supported = belegt
check-contradicted = widerlegt
check-unverifiable = nicht nachprüfbar
check-possible = als Möglichkeit formuliert
check-by = durch
check-possible-by = – gestützt auf
proof-observation = Jede Zahl, jeder Name und jeder Ort darin stimmt mit den angeführten Fakten überein.
proof-comparison = Jede Zahl, jeder Name und jeder Ort darin stimmt mit den angeführten Fakten überein.
proof-hypothesis = Der Satz ist als Möglichkeit formuliert und widerspricht keinem Fakt; eine Ursache wird nicht gemessen.
proof-recommendation = Der Satz rät zu einer Handlung und widerspricht keinem Fakt.

## The report

report-title = { $name }: { $outcome } (p { $eq })
report-brand = { $product }-Bericht
report-anomalous = Auffällig
report-cannot-tell = Nicht zu entscheiden
report-normal = Nichts Auffälliges gefunden
report-asked = Frage: { $question }
report-extrapolated = { $p } (extrapoliert)
report-count = Befunde
report-worded = Wortlaut
report-text = Was der Text sagt
report-reading = Beim Einlesen (auf Englisch vermerkt): { $notes }
report-findings = Befunde
report-none-possible = Ein Alarm war nicht möglich und damit auch kein Befund.
report-none-told = Es gibt keinen Befund, da sich nicht sagen lässt, ob ein Alarm fällig war.
report-none = Keine Stelle hebt sich so deutlich ab, dass sie bei der geforderten Falschentdeckungsrate als Befund gelten kann.
report-finding = Befund
report-smallest-p = Kleinstes p
report-suspicious = { " " }(nur die verdächtigste Stelle)
report-hidden = { $count ->
    [one] Ein weiterer Befund steht in der Tabelle, ist aber nicht einzeln abgebildet.
   *[other] { $count } weitere Befunde stehen in der Tabelle, sind aber nicht einzeln abgebildet.
    }
report-said = Was sich sagen lässt und worauf es beruht
report-hypotheses = Vermutungen: Nichts davon wurde gemessen. Sie sind als Möglichkeiten formuliert und müssen geprüft werden.
report-ideas = Ein Sprachmodell hat sie von sich aus beigesteuert. Niemand hat sie geprüft, und kein Fakt belegt sie.
report-worded-by = · Wortlaut: { $author }
report-refused = { $count ->
    [one] Eine Formulierung wurde
   *[other] { $count } Formulierungen wurden
    } zuvor verworfen
report-healing = Heilungstest
report-healing-note = Stimmt die Erklärung, so endet der Alarm, wenn man die auffällige Stelle durch das Erwartete ersetzt, und er bleibt bestehen, wenn man stattdessen eine zufällige Stelle gleicher Größe ersetzt.
report-region = Stelle
report-p-before = p vorher
report-p-after = p nach der Heilung
report-p-inside = kleinstes p darin, geheilt
report-p-random = p, zufällige Stelle geheilt
report-result = Ergebnis
report-all-findings = alle Befunde
report-sure = Wie sicher, und warum
calibrated-split-conformal = Die p-Werte stammen aus dem Split-Conformal-Verfahren: Jeder Anomaliewert wird unter die Werte normaler Proben eingereiht, aus denen der Detektor nicht gelernt hat.
calibrated-cross-conformal = Die p-Werte stammen aus dem Cross-Conformal-Verfahren: Da es nur wenige normale Proben gibt, wird jede der Reihe nach zurückgehalten und mithilfe der übrigen eingereiht.
calibrated-self-calibrated = Die p-Werte sind an den Daten selbst kalibriert: Normale Daten wurden nicht angegeben, daher wird die Probe mit ihren eigenen übrigen Teilen verglichen.
report-behind-normals = Der p-Wert der Probe beruht auf { $normals } normalen Proben oder Abschnitten, der eines Elements auf { $elements } normalen Elementen.
report-behind-none = Hinter dem p-Wert der Probe steht keine normale Probe; der eines Elements beruht auf { $elements } anderen Elementen dieser Probe.
report-least = Der kleinste p-Wert, den sie ohne Extrapolation zeigen können, ist { $p }.
report-least-extrapolated = Der kleinste p-Wert, den sie ohne Extrapolation zeigen können, ist { $p }; der hier genannte liegt darunter und wurde extrapoliert.
report-tail = Er wurde am angepassten Ende der Verteilung abgelesen.
report-detectors = Detektor
report-rules = Bewertungsregel
report-p-of-sample = p der Probe
report-audit = Selbst nachprüfen
report-replay = Den Lauf wiederholen, jeden Satz erneut prüfen und den Heilungstest noch einmal ausführen, in dem Ordner, in dem dieser Bericht liegt:
report-verify = Einen fremden Text an denselben Fakten prüfen:
report-their-text = fremder-text.txt
report-facts = Alle gemessenen Fakten
report-id = Kennung
report-about = Betrifft
report-fact = Fakt
report-value = Wert
report-steps = Wie dies gefunden wurde
report-steps-count = { $count ->
    [one] Ein Schritt
   *[other] { $count } Schritte
    } der Analyse
report-made-by = Erstellt mit { $program } · Berichtsschema { $schema } · Startwert { $seed }
report-input = { " " }· SHA-256 der Eingabe { $sha }

## The card of the page

card-explanation = Erklärung zu { $name }
card-p-alone = normale Daten wurden nicht angegeben: { $noun-the } wird mit den eigenen übrigen Teilen verglichen
card-p-tail = extrapoliert, denn { $normals } { $things-akk } allein können nicht weniger als 1 zu { $least } zeigen
card-p-often = etwa { $count } von 100 { $alike-dat } sehen mindestens so auffällig aus
card-p-seldom = etwa 1 von { $count } { $alike-dat } sieht mindestens so auffällig aus
card-text = Der Text, seine Wörter nach Information eingefärbt
card-given = Die Eingabe
card-given-outlined = Die Eingabe, jeder Befund umrandet
card-marks = Befunde im Bild
card-normal = Wie es normal aussähe, vom Diffusionsmodell gezeichnet
card-compare = Vergleich: wie viel vom beobachteten Bild über dem erwarteten gezeigt wird
card-compared-whole = 100 % beobachtet
card-compared = { $observed } % beobachtet, { $expected } % erwartet
card-close-up = { $finding } beobachtet
card-hypotheses = Vermutungen: Nichts davon wurde gemessen.
card-ideas = Ein Sprachmodell hat sie von sich aus beigesteuert; kein Fakt belegt sie.
card-healing-table = Tabelle der Heilungstests
card-healed = Geheilt
card-p-after = p nachher
card-p-inside = kleinstes p darin
card-p-random = p, zufällige Stelle
card-healing-note = Stimmt die Erklärung, so endet der Alarm, wenn man die auffälligen Stellen durch das Erwartete ersetzt, und er bleibt bestehen, wenn man stattdessen eine zufällige Stelle ersetzt.
card-measured = Wie gemessen wurde
card-facts = Alle { $count } gemessenen Fakten
card-facts-table = Tabelle der Fakten
card-copy = Als Text kopieren
card-copied = Kopiert
card-show-proof = { $fact }: { $label }, Beleg zeigen
card-about = Betrifft: { $about }.
card-about-choice = die Wahl des Detektors
card-about-whole = { $noun-the } als Ganzes
card-bounds = 90 % der vom Modell gezeichneten Normalen liegen zwischen { $low } und { $high }.
card-show = { $finding } zeigen
card-show-on-picture = { $finding } im Bild zeigen
card-checked-by = Von Code geprüft; Wortlaut: { $author }.
card-refused = Zuvor verworfen:
card-answer = Antwort zu { $name }
card-silent = Dazu sagen die Fakten dieses Laufs nichts.
card-plain = { $name }: { $outcome }, p { $eq }, Alarmschwelle { $alpha }, Detektor { $detector }, Wortlaut: { $author }

## The card at another alarm level

alpha-title = Bei einer Alarmschwelle von { $alpha }
alpha-at = bei α = { $alpha }
alpha-anomalous = p { $eq } liegt nicht über dieser Alarmschwelle; die Sicherheit ist { $level }.
alpha-normal = p { $eq } liegt über dieser Alarmschwelle; die Sicherheit ist { $level }.
alpha-cannot-tell = p { $eq } liegt über dieser Alarmschwelle, doch ob ein Alarm fällig war, lässt sich nicht sagen: { $doubts }.
alpha-recorded = { " " }Bei der Alarmschwelle der Aufzeichnung, { $alpha }, ist das Urteil „{ $outcome }“.
alpha-findings = { $count ->
    [0] Kein Befund
    [one] { $count } Befund
   *[other] { $count } Befunde
    }
alpha-smallest-p = kleinstes p { $p }
alpha-suspicious = kleinstes p { $p }, nur die verdächtigste Stelle
alpha-note = Aus den aufgezeichneten Anomaliewerten: Nichts wurde neu angepasst; Heilungstest und eingepflanzte Auffälligkeiten gelten für diese Schwelle.
alpha-picture = Befunde bei dieser Alarmschwelle

## The table of several inputs

several-title = Erklärt
several-input = Eingabe
several-p = p
several-report = Bericht

## Steps of a run. English tells them as they were told; another language may make its words of what a step holds

step-begun = { $name } wird angesehen
step-looked = { $name } eingelesen, { $normals ->
    [0] ohne normale Beispiele
    [one] mit einem normalen Beispiel
   *[other] mit { $normals } normalen Beispielen
    }
step-planned = { $detector } gewählt; als Grund ist auf Englisch vermerkt: „{ $reason }“
step-fitted = { $detector } kann urteilen
step-scored = { $verdict ->
    [anomalous] Alarm
   *[other] kein Alarm
    }
step-looked-closer = { $finding ->
    [none] { $tool ->
        [second_opinion] einen anderen Detektor gefragt
        [judge_part] einen Teil für sich beurteilt
        [findings_at] nach Befunden bei anderer Alarmschwelle gesehen
       *[other] nachgesehen, ob eingepflanzte Fehler bemerkt würden
        }
   *[other] { $finding } näher untersucht
    }
step-understood = Frage verstanden: { $message }
step-wrote = Aussagen gemacht; Wortlaut: { $author }
step-checked = { $failed ->
    [0] alle Aussagen geprüft und belegt
    [one] Aussagen geprüft, eine verworfen
   *[other] Aussagen geprüft, { $failed } verworfen
    }
step-refused = verworfen; auf Englisch vermerkt: { $message }
step-spent = Sprachmodell: { $calls } Antworten, { $read } Token gelesen, { $written } geschrieben
step-published = { $message }
did-looked = eingelesen
did-planned = gewählt
did-fitted = gelernt
did-scored = bewertet
did-looked-closer = untersucht
did-understood = verstanden
did-wrote = formuliert
did-checked = geprüft
did-refused = verworfen
did-spent = verbraucht
did-published = fertig
