# Was von einer Zeitreihe gesagt wird, auf Deutsch.

noun-one-series = Zeitreihe
    .the = die Zeitreihe
    .this = diese Zeitreihe
    .in = in dieser Zeitreihe
noun-normal-series = Abschnitt
    .akk = normalen Abschnitt
    .dat = normalen Abschnitt
noun-normals-series = Abschnitte
    .akk = normale Abschnitte
    .dat = normalen Abschnitten
noun-thing-series = Aufzeichnung
    .akk = die Aufzeichnung
noun-things-series = Aufzeichnungen
    .akk = normale Aufzeichnungen
noun-alike-series = normale Zeitreihen dieser Länge
    .dat = normalen Zeitreihen dieser Länge
noun-part-series = Abschnitt
    .a = ein Abschnitt
    .no = kein Abschnitt
    .no-single = kein einzelner Abschnitt
    .many = Abschnitte

time-at-the-start = am Anfang der Zeitreihe
time-early = im vorderen Teil der Zeitreihe
time-in-the-middle = in der Mitte der Zeitreihe
time-late = im hinteren Teil der Zeitreihe
time-at-the-end = am Ende der Zeitreihe
time-over-most-of-the-series = über den größten Teil der Zeitreihe

anomaly-spike = Ausschlag nach oben
    .akk = einen Ausschlag nach oben
anomaly-dip = Einbruch
    .akk = einen Einbruch
anomaly-level-shift = Niveausprung
    .akk = einen Niveausprung
anomaly-drift = Drift
    .akk = eine Drift
anomaly-flat-line = eingefrorenes Signal
    .akk = ein eingefrorenes Signal
anomaly-change-of-period = Änderung der Periode
    .akk = eine Änderung der Periode
anomaly-noisy-stretch = unruhiger Abschnitt
    .akk = einen unruhigen Abschnitt
anomaly-quiet-stretch = ungewöhnlich ruhiger Abschnitt
    .akk = einen ungewöhnlich ruhigen Abschnitt
anomaly-change-of-variance = Änderung der Streuung
    .akk = eine Änderung der Streuung
anomaly-missing-data = fehlende Daten
    .akk = fehlende Daten
anomaly-gap = Aufzeichnungslücke
    .akk = eine Aufzeichnungslücke
anomaly-lost-coupling = Verlust der Kopplung
    .akk = einen Verlust der Kopplung
anomaly-wrong-hour = falsche Stunde
    .akk = eine falsche Stunde
anomaly-unusual-pattern = ungewöhnliches Muster
    .akk = ein ungewöhnliches Muster

## What of planted anomalies would have been seen

planted-spike-seen = Ein künstlicher Ausschlag ({ $size } über { $rows } in { $channel }) löste den Alarm aus.
planted-spike-unseen = Ein künstlicher Ausschlag ({ $size } über { $rows } in { $channel }) blieb unbemerkt.
planted-spike-limit = Ein künstlicher Ausschlag ({ $size } über { $rows } in { $channel }) löste den Alarm aus, ein schwächerer ({ $smaller }) blieb unbemerkt.
planted-shift-seen = Ein künstlicher Niveausprung ({ $size } über { $rows } in { $channel }) löste den Alarm aus.
planted-shift-unseen = Ein künstlicher Niveausprung ({ $size } über { $rows } in { $channel }) blieb unbemerkt.
planted-shift-limit = Ein künstlicher Niveausprung ({ $size } über { $rows } in { $channel }) löste den Alarm aus, ein schwächerer ({ $smaller }) blieb unbemerkt.

## A finding

where-in-time = { $finding } { $sort ->
    [over-most-of-the-series] erstreckt sich
   *[other] liegt
    } { $place }.
    .v2 = { $finding } ist { $place } zu finden.
    .v3 = Lage von { $finding }: { $place }.
lies-in-time = { $finding } { $sort ->
    [over-most-of-the-series] erstreckt sich
   *[other] liegt
    } { $place } und
and-lasts = { " " }({ $duration })
when-is = { $Finding } tritt { $span } auf{ $lasts }.
    .v2 = { $Finding } zeigt sich { $span }{ $lasts }.
    .v3 = { $Finding } ist { $span } zu sehen{ $lasts }.
when-runs = { $Finding } reicht { $span }{ $lasts }.
    .v2 = { $Finding } dauert { $span }{ $lasts }.
    .v3 = { $Finding } ist { $span } zu sehen{ $lasts }.
when-starts = { $Finding } beginnt { $at }{ $lasts }.
    .v2 = { $Finding } setzt { $at } ein{ $lasts }.
    .v3 = { $Finding } fängt { $at } an{ $lasts }.
top-channel = { $channel } trägt am meisten zum Anomaliewert von { $finding } bei.
channel-shares = Vom Anomaliewert von { $finding } entfallen { $shares }.
share-first = { $share } auf { $channel }
share-further = { $share } auf { $channel }
moved-first = In { $finding } bewegte sich { $channel } zuerst{ $followed }.
moved-together = In { $finding } bewegten sich { $names } gleichzeitig{ $followed }.
followed = ; { $channel } folgte { $lag } später
first-healed-goes = Heilt man in { $finding } allein { $channel }, ergibt sich p { $eq }, und der Alarm entfällt.
first-healed-stays = Heilt man in { $finding } allein { $channel }, ergibt sich p { $eq }, und der Alarm bleibt.
first-healed-others-goes = Heilt man in { $finding } allein { $channel } und die übrigen Befunde ganz, ergibt sich p { $eq }, und der Alarm entfällt.
first-healed-others-stays = Heilt man in { $finding } allein { $channel } und die übrigen Befunde ganz, ergibt sich p { $eq }, und der Alarm bleibt.

## Headlines

also-deviates = ; { $names } weicht ebenfalls ab
also-deviate = ; { $names } weichen ebenfalls ab
for-so-long = { " " }({ $duration })
extent-unknown = dieser Zeitreihe
extent-rows = { $rows } Zeilen
extent-channels = { $rows } Zeilen mit { $channels } Kanälen
headline-apart = { $names } liefen{ $when } auseinander.
    .v2 = { $names } liefen{ $when } nicht mehr gemeinsam.
    .v3 = { $names } hingen{ $when } nicht mehr zusammen.
headline-level-shift-high = { $channel } lag{ $when } um { $by } zu hoch ({ $seen } statt normalerweise { $normal }){ $also }.
    .v2 = { $channel } war{ $when } um { $by } zu hoch ({ $seen }, üblich { $normal }){ $also }.
    .v3 = { $channel } stand{ $when } bei { $seen }, um { $by } zu hoch (normal: { $normal }){ $also }.
headline-level-shift-low = { $channel } lag{ $when } um { $by } zu niedrig ({ $seen } statt normalerweise { $normal }){ $also }.
    .v2 = { $channel } war{ $when } um { $by } zu niedrig ({ $seen }, üblich { $normal }){ $also }.
    .v3 = { $channel } stand{ $when } bei { $seen }, um { $by } zu niedrig (normal: { $normal }){ $also }.
headline-drift-high = { $channel } driftete{ $when } und lag im Mittel um { $by } zu hoch ({ $seen } statt normalerweise { $normal }){ $also }.
    .v2 = { $channel } wanderte{ $when } weg und lag im Mittel um { $by } zu hoch ({ $seen }, normal: { $normal }){ $also }.
    .v3 = { $channel } zeigte{ $when } eine Drift und lag im Mittel um { $by } zu hoch ({ $seen }, normal: { $normal }){ $also }.
headline-drift-low = { $channel } driftete{ $when } und lag im Mittel um { $by } zu niedrig ({ $seen } statt normalerweise { $normal }){ $also }.
    .v2 = { $channel } wanderte{ $when } weg und lag im Mittel um { $by } zu niedrig ({ $seen }, normal: { $normal }){ $also }.
    .v3 = { $channel } zeigte{ $when } eine Drift und lag im Mittel um { $by } zu niedrig ({ $seen }, normal: { $normal }){ $also }.
headline-spike-high = { $channel } sprang{ $when } auf { $seen } (normalerweise { $normal }){ $also }.
    .v2 = { $channel } schoss{ $when } auf { $seen } hoch (normalerweise { $normal }){ $also }.
    .v3 = { $channel } schlug{ $when } bis auf { $seen } aus (normal: { $normal }){ $also }.
headline-spike-low = { $channel } fiel{ $when } auf { $seen } (normalerweise { $normal }){ $also }.
    .v2 = { $channel } stürzte{ $when } auf { $seen } ab (normalerweise { $normal }){ $also }.
    .v3 = { $channel } sackte{ $when } auf { $seen } ab (normal: { $normal }){ $also }.
headline-dip-high = { $channel } sprang{ $when } auf { $seen } (normalerweise { $normal }){ $also }.
    .v2 = { $channel } schoss{ $when } auf { $seen } hoch (normalerweise { $normal }){ $also }.
    .v3 = { $channel } schlug{ $when } bis auf { $seen } aus (normal: { $normal }){ $also }.
headline-dip-low = { $channel } brach{ $when } auf { $seen } ein (normalerweise { $normal }){ $also }.
    .v2 = { $channel } fiel{ $when } auf { $seen } (normalerweise { $normal }){ $also }.
    .v3 = { $channel } sackte{ $when } auf { $seen } ab (normal: { $normal }){ $also }.
headline-flat-line-high = { $channel } blieb{ $when } bei { $seen } stehen (normalerweise { $normal }){ $also }.
    .v2 = { $channel } hing{ $when } bei { $seen } fest (normalerweise { $normal }){ $also }.
    .v3 = { $channel } stand{ $when } unverändert bei { $seen } (normal: { $normal }){ $also }.
headline-flat-line-low = { $channel } blieb{ $when } bei { $seen } stehen (normalerweise { $normal }){ $also }.
    .v2 = { $channel } hing{ $when } bei { $seen } fest (normalerweise { $normal }){ $also }.
    .v3 = { $channel } stand{ $when } unverändert bei { $seen } (normal: { $normal }){ $also }.
headline-noisy-stretch-high = { $channel } schwankte{ $when } stärker als normal und stieg auf { $seen } (normalerweise { $normal }){ $also }.
    .v2 = { $channel } war{ $when } unruhiger als normal und stieg auf { $seen } (normalerweise { $normal }){ $also }.
    .v3 = { $channel } streute{ $when } stärker als normal und stieg auf { $seen } (normal: { $normal }){ $also }.
headline-noisy-stretch-low = { $channel } schwankte{ $when } stärker als normal und fiel auf { $seen } (normalerweise { $normal }){ $also }.
    .v2 = { $channel } war{ $when } unruhiger als normal und fiel auf { $seen } (normalerweise { $normal }){ $also }.
    .v3 = { $channel } streute{ $when } stärker als normal und fiel auf { $seen } (normal: { $normal }){ $also }.
headline-unusual-pattern-high = { $channel } zeigte{ $when } ein ungewöhnliches Muster und stieg auf { $seen } (normalerweise { $normal }){ $also }.
    .v2 = { $channel } verlief{ $when } ungewöhnlich und stieg auf { $seen } (normalerweise { $normal }){ $also }.
    .v3 = { $channel } hatte{ $when } einen ungewöhnlichen Verlauf und stieg auf { $seen } (normal: { $normal }){ $also }.
headline-unusual-pattern-low = { $channel } zeigte{ $when } ein ungewöhnliches Muster und fiel auf { $seen } (normalerweise { $normal }){ $also }.
    .v2 = { $channel } verlief{ $when } ungewöhnlich und fiel auf { $seen } (normalerweise { $normal }){ $also }.
    .v3 = { $channel } hatte{ $when } einen ungewöhnlichen Verlauf und fiel auf { $seen } (normal: { $normal }){ $also }.
headline-flat-line-at = { $channel } blieb{ $when } bei { $seen } stehen{ $also }.
    .v2 = { $channel } hing{ $when } bei { $seen } fest{ $also }.
    .v3 = { $channel } stand{ $when } unverändert bei { $seen }{ $also }.
headline-flat-line = { $channel } stand{ $when } still{ $also }.
    .v2 = { $channel } war{ $when } eingefroren{ $also }.
    .v3 = { $channel } hing{ $when } fest{ $also }.
headline-drift = { $channel } driftete{ $when }{ $also }.
    .v2 = { $channel } wanderte{ $when } weg{ $also }.
    .v3 = { $channel } zeigte{ $when } eine Drift{ $also }.
headline-change-of-period = { $channel } änderte{ $when } den Rhythmus{ $also }.
    .v2 = { $channel } schwang{ $when } in einem anderen Rhythmus{ $also }.
    .v3 = { $channel } hatte{ $when } eine andere Periode{ $also }.
headline-unusual-pattern = { $channel } zeigte{ $when } ein ungewöhnliches Muster{ $also }.
    .v2 = { $channel } verlief{ $when } ungewöhnlich{ $also }.
    .v3 = { $channel } hatte{ $when } einen ungewöhnlichen Verlauf{ $also }.
headline-change-of-variance = { $channel } änderte{ $when } die Streuung{ $also }.
    .v2 = { $channel } streute{ $when } anders als sonst{ $also }.
    .v3 = { $channel } hatte{ $when } eine andere Streuung{ $also }.
headline-noisy-stretch = { $channel } schwankte{ $when } stärker als normal{ $also }.
    .v2 = { $channel } war{ $when } unruhiger als normal{ $also }.
    .v3 = { $channel } streute{ $when } stärker als normal{ $also }.
headline-quiet-stretch = { $channel } schwankte{ $when } weniger als normal{ $also }.
    .v2 = { $channel } war{ $when } ruhiger als normal{ $also }.
    .v3 = { $channel } streute{ $when } weniger als normal{ $also }.
headline-stood-out = { $channel } fiel{ $when } auf{ $also }.
headline-gap = Es wurde{ $when }{ $lasted } nichts aufgezeichnet.
    .v2 = Die Aufzeichnung hat{ $when }{ $lasted } eine Lücke.
    .v3 = Es fehlt{ $when }{ $lasted } jede Aufzeichnung.
headline-missing = Es fehlen{ $when }{ $lasted } die Werte von { $names }.
    .v2 = Keine Werte von { $names }{ $when }{ $lasted }.
    .v3 = Es gibt{ $when }{ $lasted } keine Werte von { $names }.
headline-normal-series = In { $extent } wurde nichts Auffälliges gefunden.
    .v2 = In { $extent } fiel nichts auf.
    .v3 = In { $extent } war nichts auffällig.
headline-normal-shift-seen = In { $extent } wurde nichts Auffälliges gefunden; ein künstlicher Niveausprung ({ $size } in { $channel }) wurde bemerkt.
headline-normal-shift-unseen = In { $extent } wurde nichts Auffälliges gefunden; ein künstlicher Niveausprung ({ $size } in { $channel }) blieb unbemerkt.
headline-normal-spike-seen = In { $extent } wurde nichts Auffälliges gefunden; ein künstlicher Ausschlag ({ $size } in { $channel }) wurde bemerkt.
headline-normal-spike-unseen = In { $extent } wurde nichts Auffälliges gefunden; ein künstlicher Ausschlag ({ $size } in { $channel }) blieb unbemerkt.
headline-normal-series-noticed = In { $extent } wurde nichts Auffälliges gefunden; eine Anomalie üblicher Größe wäre bemerkt worden.
headline-normal-series-unnoticed = In { $extent } wurde nichts Auffälliges gefunden; eine Anomalie üblicher Größe kann hier unbemerkt bleiben.
headline-wrong-hour-high = { $channel } lag{ $when } bei { $seen }, ungewöhnlich für diese Stunde (normal: { $normal }){ $also }.
headline-wrong-hour-low = { $channel } lag{ $when } bei { $seen }, ungewöhnlich für diese Stunde (normal: { $normal }){ $also }.
headline-lost-coupling = { $channel } lief{ $when } nicht mehr mit den anderen Kanälen gemeinsam{ $also }.

## Places as tables name them, and charts

place-at-the-start = am Anfang
place-early = im vorderen Teil
place-in-the-middle = in der Mitte
place-late = im hinteren Teil
place-at-the-end = am Ende
place-over-most-of-the-series = über den größten Teil der Zeitreihe

chart-whole = Die ganze Zeitreihe
chart-whole-of = { $name } im Ganzen: { $channels }
chart-finding = Befund { $finding } bei { $channels }
chart-of = { $channel }, beobachtet und erwartet, von { $first } bis { $last }
chart-evidence = Stärke der Belege: −log₁₀ p jedes Zeitpunkts
chart-evidence-short = Stärke der Belege: { $measure }
chart-axis = Zeile oder Zeit
chart-all = Alles
# Kürzel von strftime für die Marken einer Achse, nach ihrem Schritt: Jahre | Monate | Tage | Stunden | Minuten | Sekunden.
ticks = %Y|%m.%Y|%d.%m.|%H:%M|%H:%M|%S.%f
# Was die erste Marke eines Jahres, Monats, … stattdessen sagt, und was alle Marken weglassen.
ticks-first = |%Y|%m.%Y|%d.%m.|%H:%M|%H:%M
ticks-besides = |%Y|%Y|%m.%Y|%d.%m.%Y|%d.%m.%Y %H:%M
