# What is said of a series, in English.

time-at-the-start = at the start of the series
time-early = early in the series
time-in-the-middle = in the middle of the series
time-late = late in the series
time-at-the-end = at the end of the series
time-over-most-of-the-series = over most of the series

anomaly-spike = spike
    .a = a spike
anomaly-dip = dip
    .a = a dip
anomaly-level-shift = level shift
    .a = a level shift
anomaly-drift = drift
    .a = a drift
anomaly-flat-line = flat line
    .a = a flat line
anomaly-change-of-period = change of period
    .a = a change of period
anomaly-noisy-stretch = noisy stretch
    .a = a noisy stretch
anomaly-quiet-stretch = quiet stretch
    .a = a quiet stretch
anomaly-change-of-variance = change of variance
    .a = a change of variance
anomaly-missing-data = missing data
    .a = missing data
anomaly-gap = gap
    .a = a gap
anomaly-lost-coupling = lost coupling
    .a = a lost coupling
anomaly-unusual-pattern = unusual pattern
    .a = an unusual pattern

## What of planted anomalies would have been seen

planted-spike-seen = A planted spike of { $size } over { $rows } in { $channel } raised the alarm.
planted-spike-unseen = A planted spike of { $size } over { $rows } in { $channel } passed unnoticed.
planted-spike-limit = A planted spike of { $size } over { $rows } in { $channel } raised the alarm; a planted spike of { $smaller } passed unnoticed.
planted-shift-seen = A planted level shift of { $size } over { $rows } in { $channel } raised the alarm.
planted-shift-unseen = A planted level shift of { $size } over { $rows } in { $channel } passed unnoticed.
planted-shift-limit = A planted level shift of { $size } over { $rows } in { $channel } raised the alarm; a planted level shift of { $smaller } passed unnoticed.

## A finding

where-in-time = { $finding } lies { $place }.
lies-in-time = { $finding } lies { $place }: it
and-lasts = { " " }and lasts { $duration }
when-is = { $Finding } is { $span }{ $lasts }.
when-runs = { $Finding } runs { $span }{ $lasts }.
when-starts = { $Finding } starts { $at }{ $lasts }.
top-channel = { $channel } carries the largest share of the score of { $finding }.
channel-shares = In { $finding }, { $shares }.
share-first = { $channel } accounts for { $share } of the score
share-further = { $channel } for { $share }
moved-first = In { $finding }, { $channel } moved first{ $followed }.
moved-together = In { $finding }, { $names } moved at the same time{ $followed }.
followed = ; { $channel } followed { $lag } later
first-healed-goes = When { $channel } alone is healed in { $finding }, p becomes { $p } and the alarm goes.
first-healed-stays = When { $channel } alone is healed in { $finding }, p becomes { $p } and the alarm stays.
first-healed-others-goes = When { $channel } alone is healed in { $finding } and the other findings whole, p becomes { $p } and the alarm goes.
first-healed-others-stays = When { $channel } alone is healed in { $finding } and the other findings whole, p becomes { $p } and the alarm stays.

## Headlines

also-deviates = ; { $names } also deviates
also-deviate = ; { $names } also deviate
for-so-long = { " " }for { $duration },
extent-unknown = this series
extent-rows = { $rows } rows
extent-channels = { $rows } rows of { $channels } channels
headline-apart = { $names } came apart{ $when }.
headline-level-shift-high = { $channel } was { $by } too high{ $when } ({ $seen }; normally { $normal }){ $also }.
headline-level-shift-low = { $channel } was { $by } too low{ $when } ({ $seen }; normally { $normal }){ $also }.
headline-drift-high = { $channel } drifted{ $when }, on average { $by } too high ({ $seen }; normally { $normal }){ $also }.
headline-drift-low = { $channel } drifted{ $when }, on average { $by } too low ({ $seen }; normally { $normal }){ $also }.
headline-spike-high = { $channel } jumped to { $seen }{ $when } (normally { $normal }){ $also }.
headline-spike-low = { $channel } dropped to { $seen }{ $when } (normally { $normal }){ $also }.
headline-dip-high = { $channel } jumped to { $seen }{ $when } (normally { $normal }){ $also }.
headline-dip-low = { $channel } dropped to { $seen }{ $when } (normally { $normal }){ $also }.
headline-flat-line-high = { $channel } was stuck at { $seen }{ $when } (normally { $normal }){ $also }.
headline-flat-line-low = { $channel } was stuck at { $seen }{ $when } (normally { $normal }){ $also }.
headline-noisy-stretch-high = { $channel } fluctuated more than normal{ $when }, and rose to { $seen } (normally { $normal }){ $also }.
headline-noisy-stretch-low = { $channel } fluctuated more than normal{ $when }, and fell to { $seen } (normally { $normal }){ $also }.
headline-unusual-pattern-high = { $channel } showed an unusual pattern{ $when }, and rose to { $seen } (normally { $normal }){ $also }.
headline-unusual-pattern-low = { $channel } showed an unusual pattern{ $when }, and fell to { $seen } (normally { $normal }){ $also }.
headline-flat-line-at = { $channel } was stuck at { $seen }{ $when }{ $also }.
headline-flat-line = { $channel } was stuck{ $when }{ $also }.
headline-drift = { $channel } drifted{ $when }{ $also }.
headline-change-of-period = { $channel } changed its rhythm{ $when }{ $also }.
headline-unusual-pattern = { $channel } showed an unusual pattern{ $when }{ $also }.
headline-change-of-variance = { $channel } changed its spread{ $when }{ $also }.
headline-noisy-stretch = { $channel } fluctuated more than normal{ $when }{ $also }.
headline-quiet-stretch = { $channel } fluctuated less than normal{ $when }{ $also }.
headline-stood-out = { $channel } stood out{ $when }{ $also }.
headline-gap = Nothing was recorded{ $lasted }{ $when }.
headline-missing = No values of { $names }{ $lasted }{ $when }.
headline-normal-series = Nothing unusual was found in { $extent }.
headline-normal-shift-seen = Nothing unusual was found in { $extent }; a planted level shift of { $size } in { $channel } was seen.
headline-normal-shift-unseen = Nothing unusual was found in { $extent }; a planted level shift of { $size } in { $channel } passed unnoticed.
headline-normal-spike-seen = Nothing unusual was found in { $extent }; a planted spike of { $size } in { $channel } was seen.
headline-normal-spike-unseen = Nothing unusual was found in { $extent }; a planted spike of { $size } in { $channel } passed unnoticed.
headline-normal-series-noticed = Nothing unusual was found in { $extent }; an anomaly of the usual size would have been noticed.
headline-normal-series-unnoticed = Nothing unusual was found in { $extent }; an anomaly of the usual size can pass unnoticed here.
