# Was von einer Tabelle gesagt wird, auf Deutsch.

noun-one-table = Tabelle
    .the = die Tabelle
    .this = diese Tabelle
    .in = in dieser Tabelle
noun-normal-table = Beispiel
    .akk = normales Beispiel
    .dat = normalen Beispiel
noun-normals-table = Beispiele
    .akk = normale Beispiele
    .dat = normalen Beispielen
noun-thing-table = Tabelle
    .akk = die Tabelle
noun-things-table = Tabellen
    .akk = normale Tabellen
noun-alike-table = normale Zeilen
    .dat = normalen Zeilen
noun-part-table = Befund
    .a = ein Befund
    .no = kein Befund
    .no-single = kein einzelner Befund
    .many = Befunde

anomaly-outlying-value = Ausreißer
    .akk = einen Ausreißer
anomaly-unusual-value = ungewöhnlicher Wert
    .akk = einen ungewöhnlichen Wert
anomaly-unseen-category = unbekannte Kategorie
    .akk = eine unbekannte Kategorie
anomaly-unusual-category = ungewöhnliche Kategorie
    .akk = eine ungewöhnliche Kategorie

planted-cell-seen = Eine künstliche Änderung ({ $size } bei { $column }) löste den Alarm aus.
planted-cell-unseen = Eine künstliche Änderung ({ $size } bei { $column }) blieb unbemerkt.
planted-cell-limit = Eine künstliche Änderung ({ $size } bei { $column }) löste den Alarm aus, eine kleinere ({ $smaller }) blieb unbemerkt.

rows-one = { $finding } ist { $row }.
rows-many = { $finding } umfasst { $count }; am auffälligsten ist { $row }.
cell-word = In { $finding } steht { $word }.
cell-word-instead = Statt { $word } würde in { $finding } { $usual } passen.
top-column = { $column } trägt am meisten zum Anomaliewert von { $finding } bei.
column-shares = Vom Anomaliewert von { $finding } entfallen { $shares }.
column-share-first = { $share } auf { $column }
column-share-further = { $share } auf { $column }

cell-band = { $column } beträgt { $seen }, bei normalen Zeilen { $low } bis { $high }
cell-number = { $column } beträgt { $seen }, bei normalen Zeilen { $usual }
cell-unseen = { $column } ist { $word }, was keine normale Zeile enthält
cell-usual = { $column } ist { $word }, bei normalen Zeilen { $usual }
cell-holds = { $column } ist { $word }
cell-missing = { $column } fehlt
headline-row = { $Row }: { $cells }.
headline-rows = { $Row }, die auffälligste von { $count }: { $cells }.
headline-row-alone = { $Row } fällt auf.
headline-rows-alone = { $Row } und andere, zusammen { $count }, fallen auf.
headline-normal-table = In { $extent } wurde nichts Ungewöhnliches gefunden.
headline-normal-table-noticed = In { $extent } wurde nichts Ungewöhnliches gefunden; eine Auffälligkeit der üblichen Größe wäre bemerkt worden.
headline-normal-table-unnoticed = In { $extent } wurde nichts Ungewöhnliches gefunden; eine Auffälligkeit der üblichen Größe kann hier unbemerkt bleiben.

table-worst = Die auffälligsten Zeilen
table-row = Zeile
table-name = { $what }, { $row }
table-alt = Die auffälligsten { $count } Zeilen von { $name }; Zellen, an denen es liegt, sind markiert
table-finding = { $finding }: seine Zeilen neben normalen, die der auffälligsten am ähnlichsten sind
table-normal = normal
table-p = p
