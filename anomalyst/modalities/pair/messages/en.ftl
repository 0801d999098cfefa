# What is said of an image with its text, in English.

anomaly-unsupported-words = unsupported words
    .a = unsupported words
anomaly-unrelated-text = unrelated text
    .a = unrelated text

unit-nats = nats
information = Image and text share { $nats } of information.
similar-pair = A matching pair whose image is like this says: { $caption }.
unknown-words = The detector has learned nothing of these words: { $words }.
about-words = { $finding } is about the text { $words }.
image-speaks-against = In { $finding } the image speaks against { $words } ({ $nats }).
image-speaks-for = In { $finding } the image supports { $words } ({ $nats }).
fitting-words = In the place of { $words } in { $finding }, { $instead } would fit.

## Headlines

headline-normal-pair = Nothing unusual was found in this pair.
    .v2 = There is nothing unusual in this pair.
    .v3 = No anomaly was found in this pair.
headline-unrelated-text = The text does not fit the picture.
    .v2 = The text does not match the picture.
    .v3 = The text does not go with the picture.
headline-word = The word { $words } does not fit the picture.
    .v2 = The picture does not show the word { $words }.
    .v3 = The word { $words } does not match the picture.
headline-words = The words { $words } do not fit the picture.
    .v2 = The picture does not show the words { $words }.
    .v3 = The words { $words } do not match the picture.
headline-word-instead = The word { $words } does not fit the picture; { $instead } would fit.
    .v2 = The word { $words } does not match the picture; { $instead } would fit.
    .v3 = The word { $words } does not fit the image; { $instead } would fit.
headline-words-instead = The words { $words } do not fit the picture; { $instead } would fit.
    .v2 = The words { $words } do not match the picture; { $instead } would fit.
    .v3 = The words { $words } do not fit the image; { $instead } would fit.
headline-normal-pair-noticed = Nothing unusual was found in this pair; an anomaly of the usual size would have been noticed.
headline-normal-pair-unnoticed = Nothing unusual was found in this pair; an anomaly of the usual size can pass unnoticed here.

## Pictures and the coloured text

pair-image = Image
pair-image-alt = The image, places of the findings outlined
pair-image-caption = The places that speak against the flagged words are outlined.
pair-maps = Where the image speaks against the text
pair-name = { $kind }: “{ $words }”
pair-name-words = words: “{ $words }”
pair-note = Orange: the image speaks against the word; violet: it supports it; the number stands in each word's title. Flagged words are underlined.
pair-hint = Flagged words are underlined. Point at a word, or move to it with the Tab key, for its number of nats.
pair-against = the image speaks against it
pair-supports = it supports it
pair-word = { $value } ± { $error } nats
pair-word-unknown = not learned, not judged
pair-word-in = { $word }, in { $findings }
