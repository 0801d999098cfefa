# Was von einem Bild gesagt wird, auf Deutsch. Farben: `.a` vor einem männlichen Wort, `.n` vor einem sächlichen.

noun-one-image = Bild
    .the = das Bild
    .this = dieses Bild
    .in = in diesem Bild
noun-normal-image = Bild
    .akk = normales Bild
    .dat = normalen Bild
noun-normals-image = Bilder
    .akk = normale Bilder
    .dat = normalen Bildern
noun-thing-image = Bild
    .akk = das Bild
noun-things-image = Bilder
    .akk = normale Bilder
noun-alike-image = normale Bilder
    .dat = normalen Bildern
noun-part-image = Bereich
    .a = ein Bereich
    .no = kein Bereich
    .no-single = kein einzelner Bereich
    .many = Bereiche

plane-upper-left = oben links
plane-upper-centre = oben in der Mitte
plane-upper-right = oben rechts
plane-centre-left = links in der Mitte
plane-centre = in der Mitte
plane-centre-right = rechts in der Mitte
plane-lower-left = unten links
plane-lower-centre = unten in der Mitte
plane-lower-right = unten rechts
plane-most-of-the-image = über den größten Teil des Bildes
plane-sized = { $place } ({ $area } des Bildes)

anomaly-brighter = Aufhellung
    .akk = eine Aufhellung
anomaly-darker = Verdunkelung
    .akk = eine Verdunkelung
anomaly-colour-shift = Farbabweichung
    .akk = eine Farbabweichung
anomaly-texture-change = veränderte Oberflächenstruktur
    .akk = eine veränderte Oberflächenstruktur
anomaly-missing-part = fehlendes Teil
    .akk = ein fehlendes Teil
anomaly-extra-part = zusätzliches Teil
    .akk = ein zusätzliches Teil

form-scratch-like = kratzerartig
form-spot-like = punktförmig
form-area-like = flächig

colour-black = schwarz
    .a = ein schwarzer
    .n = ein schwarzes
colour-grey = grau
    .a = ein grauer
    .n = ein graues
colour-white = weiß
    .a = ein weißer
    .n = ein weißes
colour-brown = braun
    .a = ein brauner
    .n = ein braunes
colour-red = rot
    .a = ein roter
    .n = ein rotes
colour-orange = orange
    .a = ein orangefarbener
    .n = ein orangefarbenes
colour-yellow = gelb
    .a = ein gelber
    .n = ein gelbes
colour-green = grün
    .a = ein grüner
    .n = ein grünes
colour-blue = blau
    .a = ein blauer
    .n = ein blaues
colour-purple = violett
    .a = ein violetter
    .n = ein violettes
colour-pink = rosa
    .a = ein rosafarbener
    .n = ein rosafarbenes

quality-brightness = die Helligkeit
    .of = der Helligkeit
quality-red = der Rotanteil
    .of = des Rotanteils
quality-green = der Grünanteil
    .of = des Grünanteils
quality-blue = der Blauanteil
    .of = des Blauanteils
quality-bare-brightness = Helligkeit
quality-bare-red = Rotanteil
quality-bare-green = Grünanteil
quality-bare-blue = Blauanteil
quality-seen = { " " }({ $quality } { $seen } statt normalerweise { $normal })

## A finding

where = { $finding } liegt im Bild { $there }.
    .v2 = Im Bild liegt { $finding } { $there }.
    .v3 = { $finding } ist im Bild { $there } zu finden.
where-area = { $finding } liegt im Bild { $there } und bedeckt { $area } der Fläche.
    .v2 = Im Bild liegt { $finding } { $there } und nimmt { $area } der Fläche ein.
    .v3 = { $finding } ist im Bild { $there } zu finden und macht { $area } der Fläche aus.
where-most = { $finding } bedeckt den größten Teil des Bildes.
    .v2 = { $finding } nimmt den größten Teil des Bildes ein.
    .v3 = { $finding } erstreckt sich über den größten Teil des Bildes.
box = Der Rahmen um { $finding } reicht über { $box }.
kind-brighter = { $finding } ist heller als erwartet.
    .v2 = { $finding } ist zu hell.
    .v3 = { $finding } fällt durch eine zu große Helligkeit auf.
kind-darker = { $finding } ist dunkler als erwartet.
    .v2 = { $finding } ist zu dunkel.
    .v3 = { $finding } fällt durch eine zu geringe Helligkeit auf.
shape-scratch-like = { $finding } ist kratzerartig.
    .v2 = { $finding } hat eine kratzerartige Form.
    .v3 = { $finding } ist lang und schmal.
shape-spot-like = { $finding } ist punktförmig.
    .v2 = { $finding } hat eine punktförmige Gestalt.
    .v3 = { $finding } ist klein und rund.
shape-area-like = { $finding } ist flächig.
    .v2 = { $finding } hat eine flächige Form.
    .v3 = { $finding } ist breit ausgedehnt.

## Headlines

spot = ein Fleck { $there }
spot-sized = ein Fleck { $there }
spot-scratch-like = ein kratzerartiger Strich { $there }
spot-scratch-like-sized = ein kratzerartiger Strich { $there }
spot-spot-like = ein runder Fleck { $there }
spot-spot-like-sized = ein runder Fleck { $there }
spot-area-like = ein flächiger Fleck { $there }
spot-area-like-sized = ein flächiger Fleck { $there }
most-of-the-picture = der größte Teil des Bildes
headline-normal-image = In diesem Bild wurde nichts Auffälliges gefunden.
    .v2 = In diesem Bild fiel nichts auf.
    .v3 = In diesem Bild war nichts auffällig.
headline-whole = Das Bild weicht als Ganzes ab, am meisten { $there }.
    .v2 = Als Ganzes weicht das Bild ab, am meisten { $there }.
headline-whole-most = Das Bild weicht als Ganzes ab.
headline-colour-shift-coloured = { $Colour-a } Fleck { $there }; normal wäre { $normal }.
    .v2 = { $Colour-a } Fleck { $there }, wo es sonst { $normal } ist.
    .v3 = { $Colour-a } Fleck { $there }; normalerweise { $normal }.
headline-colour-shift-coloured-scratch-like = { $Colour-a }, kratzerartiger Strich { $there }; normal wäre { $normal }.
    .v2 = { $Colour-a }, kratzerartiger Strich { $there }, wo es sonst { $normal } ist.
    .v3 = { $Colour-a }, kratzerartiger Strich { $there }; normalerweise { $normal }.
headline-colour-shift-coloured-spot-like = { $Colour-a }, runder Fleck { $there }; normal wäre { $normal }.
    .v2 = { $Colour-a }, runder Fleck { $there }, wo es sonst { $normal } ist.
    .v3 = { $Colour-a }, runder Fleck { $there }; normalerweise { $normal }.
headline-colour-shift-coloured-area-like = { $Colour-a }, flächiger Fleck { $there }; normal wäre { $normal }.
    .v2 = { $Colour-a }, flächiger Fleck { $there }, wo es sonst { $normal } ist.
    .v3 = { $Colour-a }, flächiger Fleck { $there }; normalerweise { $normal }.
headline-extra-part-coloured = { $Colour-n }, zusätzliches Teil { $there }; normal wäre { $normal }.
    .v2 = Es gibt { $colour-n }, zusätzliches Teil { $there }; normal wäre { $normal }.
    .v3 = { $Colour-n } Teil zu viel { $there }, wo es sonst { $normal } ist.
headline-missing-part = Es fehlt ein Teil { $there }.
    .v2 = Ein Teil fehlt { $there }.
    .v3 = Ein fehlendes Teil { $there }.
headline-missing-part-most = Im größten Teil des Bildes fehlt etwas.
headline-extra-part = Es gibt ein zusätzliches Teil { $there }.
    .v2 = Ein zusätzliches Teil ist { $there } zu sehen.
    .v3 = Ein Teil zu viel { $there }.
headline-extra-part-most = Über den größten Teil des Bildes gibt es ein zusätzliches Teil.
headline-brighter = { $Spot } ist zu hell{ $quality }.
    .v2 = { $Spot } ist heller als normal{ $quality }.
    .v3 = { $Spot } ist heller als erwartet{ $quality }.
headline-brighter-most = { $Spot } ist zu hell{ $quality }.
headline-darker = { $Spot } ist zu dunkel{ $quality }.
    .v2 = { $Spot } ist dunkler als normal{ $quality }.
    .v3 = { $Spot } ist dunkler als erwartet{ $quality }.
headline-darker-most = { $Spot } ist zu dunkel{ $quality }.
headline-colour-shift = { $Spot } hat eine ungewöhnliche Farbe{ $quality }.
    .v2 = { $Spot } ist ungewöhnlich gefärbt{ $quality }.
    .v3 = { $Spot } weicht farblich ab{ $quality }.
headline-colour-shift-most = { $Spot } hat eine ungewöhnliche Farbe{ $quality }.
headline-texture-change = { $Spot } hat eine ungewöhnliche Oberflächenstruktur{ $quality }.
    .v2 = { $Spot } weicht in der Oberflächenstruktur ab{ $quality }.
    .v3 = { $Spot } zeigt eine veränderte Oberflächenstruktur{ $quality }.
headline-texture-change-most = { $Spot } hat eine ungewöhnliche Oberflächenstruktur{ $quality }.
headline-normal-image-noticed = In diesem Bild wurde nichts Auffälliges gefunden; eine Anomalie üblicher Größe wäre bemerkt worden.
headline-normal-image-unnoticed = In diesem Bild wurde nichts Auffälliges gefunden; eine Anomalie üblicher Größe kann hier unbemerkt bleiben.

## Was abweicht: das Ganze oder eine Stelle

whole-picture = Das Bild als Ganzes ist auffälliger als jede Stelle darin.

## Welche eingepflanzten Auffälligkeiten man gesehen hätte

planted-stain-seen = Ein eingepflanzter Fleck ({ $size } auf { $area } des Bildes) löste den Alarm aus.
planted-stain-unseen = Ein eingepflanzter Fleck ({ $size } auf { $area } des Bildes) blieb unbemerkt.
planted-stain-limit = Ein eingepflanzter Fleck ({ $size } auf { $area } des Bildes) löste den Alarm aus; ein schwächerer ({ $smaller }) blieb unbemerkt.

## Places as tables name them, and pictures

place-upper-left = oben links
place-upper-centre = oben Mitte
place-upper-right = oben rechts
place-centre-left = Mitte links
place-centre = Mitte
place-centre-right = Mitte rechts
place-lower-left = unten links
place-lower-centre = unten Mitte
place-lower-right = unten rechts
place-most-of-the-image = größter Teil des Bildes

unit-grey-levels = Graustufen
picture-heading = Wie es aussieht
picture-maps = Anomaliewerte und Differenz
picture-original = Original
picture-original-alt = Das Original, Befunde umrandet
picture-given = Die Eingabe.
picture-given-outlined = Die Eingabe, jeder Befund umrandet.
picture-normal = Wie es normal aussähe
picture-normal-alt = Das erwartete Bild
picture-normal-caption = Vom Diffusionsmodell nach den normalen Beispielen gezeichnet.
picture-observed-alt = { $finding }, beobachtet
picture-expected-alt = { $finding }, erwartet
picture-score = Anomaliewert
picture-score-alt = Karte der Anomaliewerte
picture-score-caption = Der Wert, den der Detektor jedem Pixel gibt.
picture-score-low = { $value } üblich
picture-score-high = { $value } auffällig
picture-difference = Differenz
picture-difference-alt = Beobachtet minus erwartet
picture-difference-caption = Beobachtet minus erwartet, in Graustufen von 255 (stärkster Farbkanal).
picture-difference-low = { $value } dunkler
picture-difference-high = { $value } heller
picture-spread = Wie sicher das Normale ist
picture-spread-alt = Unsicherheit des erwarteten Bildes
picture-spread-caption = Streuung von { $count } gezeichneten normalen Bildern.
picture-spread-low = { $value } sicher
picture-spread-high = { $value } Graustufen
