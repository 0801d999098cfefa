# What is said of an image, in English.

plane-upper-left = in the upper left
plane-upper-centre = in the upper centre
plane-upper-right = in the upper right
plane-centre-left = in the centre left
plane-centre = in the centre
plane-centre-right = in the centre right
plane-lower-left = in the lower left
plane-lower-centre = in the lower centre
plane-lower-right = in the lower right
plane-most-of-the-image = over most of the picture
plane-sized = { $place }, { $area } of the picture

anomaly-brighter = brighter
    .a = brighter
anomaly-darker = darker
    .a = darker
anomaly-colour-shift = colour shift
    .a = a colour shift
anomaly-texture-change = texture change
    .a = a texture change
anomaly-missing-part = missing part
    .a = a missing part
anomaly-extra-part = extra part
    .a = an extra part

form-scratch-like = scratch-like
form-spot-like = spot-like
form-area-like = area-like

colour-black = black
    .a = a black
colour-grey = grey
    .a = a grey
colour-white = white
    .a = a white
colour-brown = brown
    .a = a brown
colour-red = red
    .a = a red
colour-orange = orange
    .a = an orange
colour-yellow = yellow
    .a = a yellow
colour-green = green
    .a = a green
colour-blue = blue
    .a = a blue
colour-purple = purple
    .a = a purple
colour-pink = pink
    .a = a pink

quality-brightness = the brightness
quality-red = the red
quality-green = the green
quality-blue = the blue
quality-bare-brightness = brightness
quality-bare-red = red
quality-bare-green = green
quality-bare-blue = blue
quality-seen = { " " }({ $quality } { $seen }; normally { $normal })

## A finding

where = { $finding } lies { $there } of the image.
    .v2 = { $finding } is { $there } of the image.
    .v3 = { $finding } is located { $there } of the image.
where-area = { $finding } lies { $there } of the image and covers { $area } of its area.
    .v2 = { $finding } is { $there } of the image and covers { $area } of its area.
    .v3 = { $finding } is located { $there } of the image, and covers { $area } of its area.
where-most = { $finding } covers most of the image.
    .v2 = { $finding } lies over most of the image.
    .v3 = { $finding } is over most of the image.
box = The box of { $finding } is { $box }.
kind-brighter = { $finding } is brighter than expected.
    .v2 = { $finding } is too bright.
    .v3 = { $finding } is brighter than normal.
kind-darker = { $finding } is darker than expected.
    .v2 = { $finding } is too dark.
    .v3 = { $finding } is darker than normal.
shape-scratch-like = { $finding } is scratch-like.
    .v2 = { $finding } has a scratch-like shape.
    .v3 = { $finding } is long and thin.
shape-spot-like = { $finding } is spot-like.
    .v2 = { $finding } has a spot-like shape.
    .v3 = { $finding } is small and round.
shape-area-like = { $finding } is area-like.
    .v2 = { $finding } has an area-like shape.
    .v3 = { $finding } is broad.

## Headlines

spot = a spot { $there }
spot-sized = a spot { $there },
area-sized = an area { $there },
spot-scratch-like = a scratch-like mark { $there }
spot-scratch-like-sized = a scratch-like mark { $there },
spot-spot-like = a round spot { $there }
spot-spot-like-sized = a round spot { $there },
spot-area-like = a broad patch { $there }
spot-area-like-sized = a broad patch { $there },
most-of-the-picture = most of the picture
headline-normal-image = Nothing unusual was found in this image.
    .v2 = There is nothing unusual in this image.
    .v3 = No anomaly was found in this image.
headline-whole = The picture differs as a whole, most of all { $there }.
    .v2 = As a whole the picture differs, most of all { $there }.
headline-whole-most = The picture differs as a whole.
headline-colour-shift-coloured = { $Colour-a } spot { $there } (normally { $normal }).
    .v2 = There is { $colour-a } spot { $there } (normally { $normal }).
    .v3 = { $Colour-a } spot is { $there } (normally { $normal }).
headline-colour-shift-coloured-scratch-like = { $Colour-a } scratch-like mark { $there } (normally { $normal }).
    .v2 = There is { $colour-a } scratch-like mark { $there } (normally { $normal }).
    .v3 = { $Colour-a } scratch-like mark is { $there } (normally { $normal }).
headline-colour-shift-coloured-spot-like = A round { $colour } spot { $there } (normally { $normal }).
    .v2 = There is a round { $colour } spot { $there } (normally { $normal }).
    .v3 = A round { $colour } spot is { $there } (normally { $normal }).
headline-colour-shift-coloured-area-like = A broad { $colour } patch { $there } (normally { $normal }).
    .v2 = There is a broad { $colour } patch { $there } (normally { $normal }).
    .v3 = A broad { $colour } patch is { $there } (normally { $normal }).
headline-extra-part-coloured = There is { $colour-a } extra part { $there } (normally { $normal }).
    .v2 = { $Colour-a } extra part is { $there } (normally { $normal }).
    .v3 = { $Colour-a } extra part lies { $there } (normally { $normal }).
headline-missing-part = A part is missing { $there }.
    .v2 = There is a missing part { $there }.
    .v3 = A missing part lies { $there }.
headline-missing-part-most = A part is missing over most of the picture.
headline-extra-part = There is an extra part { $there }.
    .v2 = An extra part lies { $there }.
    .v3 = An extra part is { $there }.
headline-extra-part-most = There is an extra part over most of the picture.
headline-brighter = { $Spot } is too bright{ $quality }.
    .v2 = { $Spot } looks too bright{ $quality }.
    .v3 = { $Spot } appears too bright{ $quality }.
headline-brighter-most = { $Spot } is too bright{ $quality }.
headline-darker = { $Spot } is too dark{ $quality }.
    .v2 = { $Spot } looks too dark{ $quality }.
    .v3 = { $Spot } appears too dark{ $quality }.
headline-darker-most = { $Spot } is too dark{ $quality }.
headline-colour-shift = { $Spot } has an unusual colour{ $quality }.
    .v2 = { $Spot } is of an unusual colour{ $quality }.
    .v3 = { $Spot } shows an unusual colour{ $quality }.
headline-colour-shift-most = { $Spot } has an unusual colour{ $quality }.
headline-texture-change = { $Spot } has an unusual texture{ $quality }.
    .v2 = { $Spot } is of an unusual texture{ $quality }.
    .v3 = { $Spot } shows an unusual texture{ $quality }.
headline-texture-change-most = { $Spot } has an unusual texture{ $quality }.
headline-normal-image-noticed = Nothing unusual was found in this image; an anomaly of the usual size would have been noticed.
headline-normal-image-unnoticed = Nothing unusual was found in this image; an anomaly of the usual size can pass unnoticed here.

## What is abnormal: the whole or a place

whole-picture = The picture as a whole is more unusual than any place in it.

## What of planted anomalies would have been seen

planted-stain-seen = A planted stain of { $size } over { $area } of the image raised the alarm.
planted-stain-unseen = A planted stain of { $size } over { $area } of the image passed unnoticed.
planted-stain-limit = A planted stain of { $size } over { $area } of the image raised the alarm; a planted stain of { $smaller } passed unnoticed.

## Places as tables name them, and pictures

place-upper-left = upper left
place-upper-centre = upper centre
place-upper-right = upper right
place-centre-left = centre left
place-centre = centre
place-centre-right = centre right
place-lower-left = lower left
place-lower-centre = lower centre
place-lower-right = lower right
place-most-of-the-image = most of the image

unit-grey-levels = grey levels
picture-heading = What it looks like
picture-maps = Score map and difference
picture-original = Original
picture-original-alt = The original, findings outlined
picture-given = What was given.
picture-given-outlined = What was given, each finding outlined.
picture-normal = What normal would look like
picture-normal-alt = The expected image
picture-normal-caption = Drawn by the diffusion model from the normal examples.
picture-observed-alt = { $finding } as observed
picture-expected-alt = { $finding } as expected
picture-score = Anomaly score
picture-score-alt = Map of the anomaly score
picture-score-caption = The detector's score of each pixel.
picture-score-low = { $value } usual
picture-score-high = { $value } abnormal
picture-difference = Difference
picture-difference-alt = Observed minus expected
picture-difference-caption = Observed minus expected, in grey levels of 255 (strongest colour band).
picture-difference-low = { $value } darker
picture-difference-high = { $value } brighter
picture-spread = How sure of normal
picture-spread-alt = Uncertainty of the expected image
picture-spread-caption = Spread of { $count } drawn normal images.
picture-spread-low = { $value } certain
picture-spread-high = { $value } grey levels
