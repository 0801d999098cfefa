# What is said of a video, in English. Where something lies is worded as in an image.

anomaly-fast-motion = fast motion
    .a = fast motion
anomaly-unusual-direction = unusual direction
    .a = an unusual direction
anomaly-motion-out-of-place = motion out of place
    .a = motion out of place
anomaly-unusual-size = unusual size
    .a = an unusual size
anomaly-unusual-motion = unusual motion
    .a = unusual motion
anomaly-unusual-appearance = unusual appearance
    .a = an unusual appearance

heading-left-to-right = left to right
heading-right-to-left = right to left
heading-top-to-bottom = top to bottom
heading-bottom-to-top = bottom to top
heading-rightwards-and-down = rightwards and down
heading-leftwards-and-down = leftwards and down
heading-rightwards-and-up = rightwards and up
heading-leftwards-and-up = leftwards and up

quality-speed = the speed
quality-bare-speed = speed

## A finding

clip-when = { $finding } runs { $span } and lasts { $duration }.
clip-where = { $finding } lies { $there } of the frame.
clip-way = { $finding } moves { $way }.
clip-times = { $finding } moves { $times } times as fast as almost anything in the normal clips there.

## Headlines

clip-headed = , { $way }
headline-clip-fast = { $Span } something moves { $times } times as fast as almost anything in the normal clips{ $way }, { $there }.
headline-clip-fast-motion = { $Span } something moves unusually fast{ $way }, { $there }.
headline-clip-unusual-direction = { $Span } something moves an unusual way{ $way }, { $there }.
headline-clip-motion-out-of-place = { $Span } something moves where hardly anything does in the normal clips{ $way }, { $there }.
headline-clip-unusual-size = { $Span } something unusually large moves{ $way }, { $there }.
headline-clip-unusual-motion = { $Span } something moves in an unusual manner{ $way }, { $there }.
headline-clip-unusual-appearance = { $Span } something looks unlike the normal clips, { $there }.
headline-normal-clip = Nothing unusual was found in { $extent }.
headline-normal-clip-noticed = Nothing unusual was found in { $extent }; an anomaly of the usual size would have been noticed.
headline-normal-clip-unnoticed = Nothing unusual was found in { $extent }; an anomaly of the usual size can pass unnoticed here.

## Clips as they are shown

clip-heading = The clip
clip-score = Score over time
clip-score-caption = How surprising each moment is, by what was seen up to it; findings are shaded.
clip-strip = Frames
clip-strip-caption = The box moves with the finding.
clip-name = { $what }, { $span }
clip-frame = { $finding } at { $when }
clip-at = at { $when }
clip-alt = Score of { $name } over time, { $count } findings shaded
