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
where-area = { $finding } lies { $there } of the image and covers { $area } of its area.
where-most = { $finding } covers most of the image.
box = The box of { $finding } is { $box }.
kind-brighter = { $finding } is brighter than expected.
kind-darker = { $finding } is darker than expected.

## Headlines

spot = a spot { $there }
spot-sized = a spot { $there },
most-of-the-picture = most of the picture
headline-normal-image = Nothing unusual was found in this image.
headline-colour-shift-coloured = { $Colour } spot { $there } (normally { $normal }).
headline-extra-part-coloured = There is { $colour } extra part { $there } (normally { $normal }).
headline-missing-part = A part is missing { $there }.
headline-missing-part-most = A part is missing over most of the picture.
headline-extra-part = There is an extra part { $there }.
headline-extra-part-most = There is an extra part over most of the picture.
headline-brighter = { $Spot } is too bright{ $quality }.
headline-brighter-most = { $Spot } is too bright{ $quality }.
headline-darker = { $Spot } is too dark{ $quality }.
headline-darker-most = { $Spot } is too dark{ $quality }.
headline-colour-shift = { $Spot } has an unusual colour{ $quality }.
headline-colour-shift-most = { $Spot } has an unusual colour{ $quality }.
headline-texture-change = { $Spot } has an unusual texture{ $quality }.
headline-texture-change-most = { $Spot } has an unusual texture{ $quality }.
headline-normal-image-noticed = Nothing unusual was found in this image; an anomaly of the usual size would have been noticed.
headline-normal-image-unnoticed = Nothing unusual was found in this image; an anomaly of the usual size can pass unnoticed here.
