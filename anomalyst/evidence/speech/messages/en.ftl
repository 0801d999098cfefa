# What every kind of data says, in English. A message is one wording of a statement, `.v2`, `.v3`, … are others of the same.
# A word has other forms as attributes: `.a` with its article, which fills the slot `$kind-a`. Slots stand between braces; a
# slot in upper case ($What) begins a sentence.

## Lists, numbers, times

joined = { $first } and { $last }
scientific = { $digits }e{ $exponent }
count-0 = zero
count-1 = one
count-2 = two
count-3 = three
count-4 = four
count-5 = five
count-6 = six
count-7 = seven
count-8 = eight
count-9 = nine
count-10 = ten
share = { $some } of { $all }
band = { $usual } ({ $low } to { $high })
the-value = the value
of-name = of { $name }
row = row { $row }
date = { $day } { $month } { $year }
date-of-year = { $day } { $month }
clock = { $clock }
moment = { $clock } on { $day }
at-row = at { $when }
at-place = at { $when }
at-clock = at { $when }
on-day = on { $when }
span-from = from { $start } to { $end }
span-between = between { $start } and { $end }
span-from-days = from { $start } to { $end }
span-between-days = between { $start } and { $end }
span-from-rows = from row { $start } to { $end }
span-between-rows = between rows { $start } and { $end }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

## Units

unit-percentage-points = percentage points
unit-percentage-point = percentage point
unit-rows = rows
unit-row = row
unit-false-alarms-per-day = false alarms per day
unit-false-alarm-per-day = false alarm per day
unit-false-alarms-per-1-000-rows = false alarms per 1,000 rows
unit-false-alarm-per-1-000-rows = false alarm per 1,000 rows

## Words of closed sets

confidence-very-high = very high
confidence-high = high
confidence-moderate = moderate
confidence-low = low
calibration-method-split-conformal = split-conformal
calibration-method-cross-conformal = cross-conformal
calibration-method-self-calibrated = self-calibrated
option-aligned = aligned
option-global = global
option-short-windows = short windows
option-long-windows = "long windows"
option-windows-of-8-to-128-steps = "windows of 8 to 128 steps"
outcome-anomalous = anomalous
outcome-normal = normal
outcome-cannot-tell = cannot tell

## The verdict and how far to trust it

verdict-anomalous = The { $noun } is anomalous: its p-value is { $p }, below the alarm level of { $alpha }.
    .v2 = This { $noun } is abnormal (p { $eq }, below the alarm level of { $alpha }).
    .v3 = The { $noun } as a whole is anomalous, with p { $eq } at an alarm level of { $alpha }.
verdict-normal = The { $noun } is normal: its p-value is { $p }, above the alarm level of { $alpha }.
    .v2 = No anomaly was found in this { $noun } (p { $eq }, above the alarm level of { $alpha }).
    .v3 = This { $noun } is normal at the alarm level of { $alpha } (p { $eq }).
verdict-bare-anomalous = The { $noun } is anomalous.
verdict-bare-normal = The { $noun } is normal.
cannot-tell-few = Cannot tell whether the { $noun } is normal: with { $normals } normal { $normals-things } the smallest p-value is { $least }, so no alarm was possible; it takes at least { $needed } normal { $needed-things } to reach the alarm level of { $alpha }.
cannot-tell-lowest = Cannot tell whether the { $noun } is normal: p { $eq } is as low as { $normals } normal { $normals-things } show; it takes at least { $needed } normal { $needed-things } to reach the alarm level of { $alpha }.
cannot-tell-unlike = Cannot tell whether the { $noun } is normal: { $unlike }.
cannot-tell-close = Cannot tell whether the { $noun } is normal: the p-value of { $p } is close to the alarm level of { $alpha }.
cannot-tell-few-seen = Cannot tell whether the { $noun } is normal: only { $some } of { $all } planted anomalies of the usual size raised the alarm.
cannot-tell-none-seen = Cannot tell whether the { $noun } is normal: none of { $all } planted anomalies of the usual size raised the alarm.
cannot-tell-alone-few-seen = Cannot tell whether the { $noun } is normal: the { $noun } was compared with itself only, and only { $some } of { $all } planted anomalies of the usual size raised the alarm.
cannot-tell-alone-none-seen = Cannot tell whether the { $noun } is normal: the { $noun } was compared with itself only, and none of { $all } planted anomalies of the usual size raised the alarm.
cannot-tell-untried = Cannot tell whether the { $noun } is normal: no anomaly was planted to see if it raises the alarm.
cannot-tell-also-unlike = Also, { $unlike }.
cannot-tell-also-close = Also, the p-value of { $p } is close to the alarm level of { $alpha }.
cannot-tell-also-few-seen = Also, only { $some } of { $all } planted anomalies of the usual size raised the alarm.
cannot-tell-also-none-seen = Also, none of { $all } planted anomalies of the usual size raised the alarm.
cannot-tell-also-alone-few-seen = Also, the { $noun } was compared with itself only, and only { $some } of { $all } planted anomalies of the usual size raised the alarm.
cannot-tell-also-alone-none-seen = Also, the { $noun } was compared with itself only, and none of { $all } planted anomalies of the usual size raised the alarm.
cannot-tell-also-untried = Also, no anomaly was planted to see if it raises the alarm.
retaken = Note that { $retaken }.
beware = Beware: { $unlike }.
p-equals = = { $p }
p-less = less than { $p }
p-below = < { $p }
confidence = The confidence in this verdict is { $level }.
    .v2 = This verdict is given with { $level } confidence.
    .v3 = Confidence in this verdict: { $level }.
seen-enough = { $share } planted anomalies of the usual size raised the alarm.
seen-few = An anomaly of the usual size can pass unnoticed here: only { $share } planted ones raised the alarm.
seen-none = An anomaly of the usual size can pass unnoticed here: none of { $all } planted ones raised the alarm.
count-none-significant = No { $part } is significant at a false-discovery rate of { $fdr }; { $finding } is only the most suspicious place.
count-one = One { $part } stands out at a false-discovery rate of { $fdr }.
count-many = { $Count } { $part }s stand out at a false-discovery rate of { $fdr }.
count-one-bare = One { $part } stands out.
count-many-bare = { $Count } { $part }s stand out.

calibration-normals = The p-value is based on { $normals } normal { $things }.
calibration-few = The p-value is based on only { $normals } normal { $things }.
calibration-normals-by = The p-value is based on { $normals } normal { $things }, by { $method } calibration.
calibration-few-by = The p-value is based on only { $normals } normal { $things }, by { $method } calibration.
calibration-alone = The p-value is self-calibrated.
calibration-alone-normals = The p-value is self-calibrated, based on { $normals } normal { $things }.
calibration-alone-few = The p-value is self-calibrated, based on only { $normals } normal { $things }.
false-alarms = By its calibration, normal data raise at most { $alarms } on average at the alarm level of { $alpha }.
extrapolated = The p-value is extrapolated: it was read from a fitted tail.
missing-share = { $share } of the values are missing.

## The choice of the detector

detector = The verdict comes from the detector { $detector }.
detector-option = The verdict comes from the detector { $detector }, with the option { $option }.
detector-reason = The reason given for this choice: "{ $reason }".
trial = On synthetic anomalies, { $who } reached an AUROC of { $auroc }.
trial-unnamed = On synthetic anomalies, the detector reached an AUROC of { $auroc }.
budget-chosen = For the time budget of { $budget }, { $detector } was chosen: "{ $reason }".
budget-chosen-estimated = For the time budget of { $budget }, { $detector } was chosen, with an estimated time of { $estimated }: "{ $reason }".
budget-share = { $Share } the time budget of { $budget }; { $detector } was chosen: "{ $reason }".
budget-share-estimated = { $Share } the time budget of { $budget }; { $detector } was chosen, with an estimated time of { $estimated }: "{ $reason }".
budget-none-fit = None of { $all } suitable detectors fit
budget-one-fits = 1 of { $all } suitable detectors fits
budget-some-fit = { $some } of { $all } suitable detectors fit
run-time-within = The run took { $took }, within the time budget of { $budget }.
run-time-over = The run took { $took }, { $over } over the time budget of { $budget }.

## A finding

kind = { $finding } is { $kind-a }.
    .v2 = The kind of anomaly in { $finding } is { $kind-a }.
    .v3 = { $finding } shows { $kind-a }.
kind-in = { $finding } is { $kind-a } in { $names }.
    .v2 = The kind of anomaly in { $finding } is { $kind-a } in { $names }.
    .v3 = { $finding } shows { $kind-a } in { $names }.
direction-above = { $finding } is above what is expected.
direction-below = { $finding } is below what is expected.
direction-brighter = { $finding } is brighter than expected.
direction-darker = { $finding } is darker than expected.
value-alone = In { $finding }, { $what } was { $observed }.
    .v2 = { $What } was { $observed } in { $finding }.
    .v3 = For { $what } in { $finding }, { $observed } was observed.
value = In { $finding }, { $what } reached { $observed }, where { $expected } was expected.
    .v2 = { $What } was { $observed } in { $finding }; normal would be { $expected }.
    .v3 = For { $what } in { $finding }, { $observed } was observed, against an expected { $expected }.
value-higher = In { $finding }, { $what } reached { $observed }, where { $expected } was expected, { $by } higher.
    .v2 = { $What } was { $observed } in { $finding }; normal would be { $expected }, { $by } higher.
    .v3 = For { $what } in { $finding }, { $observed } was observed, against an expected { $expected }, { $by } higher.
value-lower = In { $finding }, { $what } reached { $observed }, where { $expected } was expected, { $by } lower.
    .v2 = { $What } was { $observed } in { $finding }; normal would be { $expected }, { $by } lower.
    .v3 = For { $what } in { $finding }, { $observed } was observed, against an expected { $expected }, { $by } lower.
peak = The score of { $finding } reaches { $ratio } times the normal limit.
peak-at = The score of { $finding } peaks { $where } and reaches { $ratio } times the normal limit.
smallest-p = The smallest p-value in { $finding } is { $p }.
agreement-both-score-rules = Both score rules flag { $finding }.
agreement-both-detectors = Both detectors flag { $finding }.
agreement-all-score-rules = All { $total } score rules flag { $finding }.
agreement-all-detectors = All { $total } detectors flag { $finding }.
agreement-one-score-rules = 1 of { $total } score rules flags { $finding }.
agreement-one-detectors = 1 of { $total } detectors flags { $finding }.
agreement-some-score-rules = { $agree } of { $total } score rules flag { $finding }.
agreement-some-detectors = { $agree } of { $total } detectors flag { $finding }.
healed-goes = When all regions are replaced by what was expected, p becomes { $p } and the alarm goes.
    .v2 = With all regions replaced by what was expected, p is { $p } and the alarm goes.
    .v3 = After all regions are replaced by what was expected, p is { $p }: the alarm goes.
healed-stays = When all regions are replaced by what was expected, p becomes { $p } and the alarm stays.
    .v2 = With all regions replaced by what was expected, p is { $p } and the alarm stays.
    .v3 = After all regions are replaced by what was expected, p is { $p }: the alarm stays.
healed-words-goes = With the fitting words in place of the flagged ones, p becomes { $p } and the alarm goes.
    .v2 = When the flagged words are replaced by the fitting ones, p is { $p } and the alarm goes.
    .v3 = After the flagged words are replaced by the fitting ones, p becomes { $p }: the alarm goes.
healed-words-stays = With the fitting words in place of the flagged ones, p becomes { $p } and the alarm stays.
    .v2 = When the flagged words are replaced by the fitting ones, p is { $p } and the alarm stays.
    .v3 = After the flagged words are replaced by the fitting ones, p becomes { $p }: the alarm stays.
healed-random-goes = When a random region of the same size is replaced instead, p is { $p } and the alarm goes.
    .v2 = With a random region of the same size replaced instead, p is { $p } and the alarm goes.
    .v3 = After a random region of the same size is replaced instead, p is { $p }: the alarm goes.
healed-random-stays = When a random region of the same size is replaced instead, p is { $p } and the alarm stays.
    .v2 = With a random region of the same size replaced instead, p is { $p } and the alarm stays.
    .v3 = After a random region of the same size is replaced instead, p is { $p }: the alarm stays.
healed-random-words-goes = When as many random words are left out instead, p is { $p } and the alarm goes.
    .v2 = With as many random words left out instead, p is { $p } and the alarm goes.
    .v3 = After as many random words are left out instead, p is { $p }: the alarm goes.
healed-random-words-stays = When as many random words are left out instead, p is { $p } and the alarm stays.
    .v2 = With as many random words left out instead, p is { $p } and the alarm stays.
    .v3 = After as many random words are left out instead, p is { $p }: the alarm stays.
test-passed = The healing test passed.
    .v2 = The healing test has passed.
    .v3 = Result of the healing test: passed.
test-failed = The healing test failed.
    .v2 = The healing test has failed.
    .v3 = Result of the healing test: failed.
test-not-applicable = The healing test does not apply.
    .v2 = The healing test is not applicable.
    .v3 = Result of the healing test: not applicable.
test-of-passed = The healing test passed on { $finding }.
    .v2 = The healing test has passed on { $finding }.
    .v3 = On { $finding }, the healing test passed.
test-of-failed = The healing test failed on { $finding }.
    .v2 = The healing test has failed on { $finding }.
    .v3 = On { $finding }, the healing test failed.
healed-region = After healing, the smallest p-value in { $finding } is { $p }.

## Causes and next steps

of-channel = { " " }of { $channel }
around = { " " }around { $when }
cause-alone = A possible cause is { $cause }.
    .v2 = It may come from { $cause }.
    .v3 = It could be due to { $cause }.
cause = A possible cause of { $finding } is { $cause }.
    .v2 = { $finding } may come from { $cause }.
    .v3 = { $finding } could be due to { $cause }.
next-step = { $step }
what-to-do-collect = Collect normal { $things } and run the analysis again.
what-to-do-collect-more = Collect more normal { $things } and run the analysis again.
what-to-do-keep = Keep the { $thing } as another normal example for comparing.
what-to-do-few = Inspect the { $thing } by eye, and collect at least { $needed } normal { $needed-things } to compare with.
what-to-do-unlike = Collect normal { $things } recorded as this { $thing } was, and run the analysis again.
what-to-do-close = Inspect the { $thing } by eye, and collect more normal { $things }.
what-to-do-alone = Collect a normal { $thing } to compare with, and run the analysis again.
what-to-do-untried = Inspect the { $thing } by eye.
what-to-do-unseen = Inspect the { $thing } by eye, and collect more normal { $things } similar to it.
what-to-do-first = Inspect the { $thing } before relying on the verdict.

## Headings

label-cannot-tell = { $name }: { $outcome }, p { $eq }
label = { $name }: { $outcome }, p { $eq }, confidence { $level }
title-measured = What was measured
title-causes = Possible causes
title-steps = What to do next
title-sure = How sure?
title-reading = When it was read
title-worded = Worded by
title-report = Report

## What is no statement

remark-greeting = Hello, ask me about the result: what was found, where, when, how sure it is, or what would make it normal.
remark-thanks = You are welcome, just ask if something else about the result is of interest.
remark-help = You can ask what was found, where, when, how much, how sure it is, why, what is normal, what could be the cause, or what another alarm level, another detector or a part of the data would say.
remark-idle = I only know about this sample and what was measured of it.
remark-unmeasured = That cannot be answered from what was measured; ask what was found, where, when, how much, how sure it is, or what is normal.
remark-unknown = I did not understand the question; ask, for example, “What was found?”, “Where?”, “How sure are you?”, “What is normal?” or “What if α = 0.01?”.
remark-gone = For that the data must be measured again and they are no longer at hand: send them again, and ask then.

## Headlines

headline-not-significant = No single { $part } is significant; this is only the most suspicious place.
headline-count = { $Count } { $part }s stand out.

## Computed from facts

ratio = { $First } is { $ratio } times { $second }.
difference-more = { $First } is { $by } above { $second }.
difference-less = { $First } is { $by } below { $second }.
difference-none = { $First } equals { $second }.
sum-shares = Together, { $names } account for { $sum } of the score of { $finding }.
sum-areas = Together, { $names } cover { $sum } of the image.
in-time-before = { $first } began before { $second } ({ $when }; { $second } { $then }).
in-time-after = { $first } began after { $second } ({ $when }; { $second } { $then }).
in-time-during = { $first } lies within the time of { $second }.
in-time-same-time = { $first } and { $second } began at the same time ({ $when }).
against-greater = { $First } is greater than { $second }: { $a }, against { $b }.
against-less = { $First } is less than { $second }: { $a }, against { $b }.
against-equal = { $First } is equal to { $second }: { $a }.
rank-largest = { $First } is the largest of { $count }: { $a }.
rank-smallest = { $First } is the smallest of { $count }: { $a }.
first-of-all-first = { $finding } is the first of { $count } findings: it began { $when }.
first-of-all-last = { $finding } is the last of { $count } findings: it began { $when }.
of-kind-all = All { $total } findings are of the kind { $kind }.
of-kind-some = { $Count } of { $total } findings { $number ->
    [one] is
   *[many] are
    } of the kind { $kind }.
of-kind-single = The only finding is of the kind { $kind }.
only-channels = Of { $count } channels, only { $names } stood out.
at-level-anomalous = At an alarm level of { $level } it would be anomalous too (p { $eq }).
at-level-normal = At an alarm level of { $level } it would be called normal (p { $eq }).
not-measured = That cannot be answered from what was measured.
nothing-at-nearest = Nothing unusual was found { $when }; the nearest finding is { $finding }, { $span }.
nothing-at-nowhere = Nothing unusual was found { $when }.
nothing-at-outside = The data do not reach that far: they run { $span }, so nothing is known { $when }.
none-of-kind = None of the findings is { $kind-a }.
none-of-place = None of the findings lies in the { $place }.
findings-are-one = There is one finding only, { $name }.
findings-are-many = The findings are { $names }; there are no others.
not-done-detector = No detector besides { $detector } was asked.
not-done-planted = No faults were planted to see how small a one would have been noticed.
not-done-healing = The findings were not tested by healing them.
found-at-all = At an alarm level of { $level } all { $total } findings stay.
found-at-some = At an alarm level of { $level } { $number ->
    [one] only { $names } stays
   *[many] only { $names } stay
    } of the { $total } findings.
chosen = The reason given for taking { $detector }: { $reason }.
reason-it-is-the-detector-that-the-user-asked-for = it is the detector that was asked for
reason-many-values-are-missing-and-it-reads-only-the-observed-ones = many values are missing and it reads only the observed ones
reason-no-other-is-quicker = no other is quicker
reason-it-is-the-only-one-that-fits = it is the only one that fits
reason-it-is-the-only-one-for-such-data = it is the only one for such data
reason-it-is-the-quickest-of-those-measured-to-be-the-most-accurate-of-those-that-fit = it is the quickest of those measured to be the most accurate of those that fit
reason-it-is-the-quickest-of-those-measured-to-be-the-most-accurate-for-such-data = it is the quickest of those measured to be the most accurate for such data
reason-it-was-measured-to-be-the-most-accurate-of-those-that-fit = it was measured to be the most accurate of those that fit
reason-it-was-measured-to-be-the-most-accurate-for-such-data = it was measured to be the most accurate for such data
reason-it-was-fitted-before-so-that-only-scoring-takes-time = it was fitted before, so that only scoring takes time
second-opinion-anomalous = The detector { $detector } calls the { $noun } anomalous too (p { $eq }).
second-opinion-normal = The detector { $detector } raises no alarm (p { $eq }).
second-finds-all = Of what was found, { $detector } finds all again: { $names }.
second-finds-some = Of what was found, { $detector } finds { $names } again, but not { $others }.
second-finds-none = Of what was found, { $detector } finds nothing again.
part-alone-anomalous = By itself the part { $span } is anomalous (p { $eq }), with { $number ->
    [one] one finding
   *[many] { $count } findings
    }.
part-alone-normal = By itself the part { $span } raises no alarm (p { $eq }).
count-at-none = At an alarm level of { $level } no { $part } would stand out.
count-at-one = At an alarm level of { $level } one { $part } would stand out.
count-at-many = At an alarm level of { $level } { $count } { $part }s would stand out.
side-upper = upper part
side-lower = lower part
side-left = left part
side-right = right part

## How a fact is named

fact-observed = the value of { $what } in { $finding }
fact-expected = the usual value of { $what } in { $finding }
fact-difference = the deviation of { $what } in { $finding }
fact-duration = the duration of { $finding }
fact-area = the area of { $finding }
fact-peak-ratio = the peak score of { $finding }
fact-peak-p = the smallest p-value in { $finding }
fact-channel-share = the share of { $what } in the score of { $finding }
fact-start = the start of { $finding }
fact-information = the information on { $finding }
fact-sample-p = the p-value
fact-alpha = the alarm level
fact-healed-p = the p-value after healing
fact-random-healed-p = the p-value after healing a random place
fact-healed-region-p = the smallest p-value in { $finding } after healing
fact-lag = the lag of { $what } in { $finding }

## Facts in tables: what they are called, their values

label-verdict = verdict
label-whole-differs = whole picture more unusual than any place
label-sample-p = p-value of the whole sample
label-alpha = alarm level α
label-false-alarms = what this level allows at most on normal data
label-second-p = p-value by another detector
label-second-count = findings of another detector
label-second-finds = found by another detector
label-level-count = findings at another alarm level
label-part-start = start of the part judged alone
label-part-end = end of the part judged alone
label-part-p = p-value of that part
label-part-count = findings in that part
label-confidence = confidence
label-doubt = what keeps a sample without an alarm from being called normal
label-retaken = normals made like the sample
label-unlike-normals = in what the sample is unlike its normals
label-p-bound = smallest p-value of a sample that is told
label-region-p-bound = smallest p-value of an element that is told
label-p-extrapolated = p-value read from a fitted tail
label-calibration-normals = normal samples behind the p-value
label-smallest-p = smallest p-value that a sample can get here
label-normals-needed = normal samples needed to show the alarm level
label-seen-faults = planted faults of usual size that raise the alarm
label-planted-p = p-value with a planted fault, by its number
label-stain-seen = contrast of the faintest planted stain that raises the alarm
label-stain-unseen = contrast of the strongest planted stain that passes unnoticed
label-stain-area = share of the image under the planted stain
label-spike-seen = smallest planted spike that raises the alarm
label-spike-unseen = largest planted spike that passes unnoticed
label-spike-rows = length of the planted spikes
label-shift-seen = smallest planted level shift that raises the alarm
label-shift-unseen = largest planted level shift that passes unnoticed
label-shift-rows = length of the planted level shifts
label-calibration-method = calibration method
label-fdr = false-discovery rate of the findings
label-finding-count = number of findings
label-sample-size = sample size
label-missing-share = missing values
label-time-span = time span
label-information = information shared by image and text
label-information-error = error of the information, ±
label-nearest-caption = text of a similar matching pair, by rank
label-unknown-words = words not learned, not judged
label-field = field of work, as given
label-detector = detector
label-detector-option = detector option
label-detector-reason = detector reason
label-synthetic-auroc = AUROC on synthetic anomalies
label-choice-reason = why this detector
label-budget = time budget
label-estimated-time = time that the run was expected to take
label-within-budget = suitable detectors expected to keep the time budget
label-run-time = time that the run took, up to the healing test
label-over-budget = time over the budget
label-words = words
label-fitting-words = words that would fit instead
label-place = place
label-box = box
label-area = area
label-start = start
label-end = end
label-duration = duration
label-peak-at = peak at
label-peak-p = smallest p-value
label-peak-ratio = peak score, as a multiple of the normal 95 % quantile
label-anomaly-kind = kind of anomaly
label-shape = shape
label-heading = way that it moves
label-speed-ratio = speed, as a multiple of what few motions in the normal clips there exceed
label-direction = direction
label-observed = observed
label-expected = expected
label-difference = difference
label-channel-share = share of the score
label-top-channel = channel most to blame
label-moved-first = channel that moved first
label-lag = how much later a channel moved
label-rule-agreement = score rules or detectors that agree
label-rule-p = smallest p-value by rule or detector
label-normals-as-extreme = normals as extreme
label-own-cause = possible cause, from the file of causes given
label-own-step = next step, from the file of causes given
label-healed-p = p-value of the sample after healing the region
label-healed-region-p = smallest p-value in the region after healing
label-first-healed-p = p-value of the sample after healing the first channel alone
label-random-healed-p = p-value of the sample after healing a random region
label-do-test = test by healing

column-words = Words
column-would-fit = Would fit
column-where = Where
column-kind = Kind
column-size = Size
column-observed = Observed
column-expected = Expected
column-share = Share
column-information = Information
column-error = Error, ±
column-rules = Rules

value-yes = yes
value-no = no
value-bounded = { $value } ({ $low } to { $high })
value-from-to = { $from } to { $to }
stamp = { $date } { $clock }
stamp-date = { $year }-{ $month }-{ $day }
subject-sample = sample
subject-choice = choice
result-passed = passed
result-failed = failed
result-not-applicable = not applicable
way-above = above
way-below = below
way-brighter = brighter
way-darker = darker
setting-aligned = aligned
setting-global = global
setting-short-windows = short windows
setting-long-windows = long windows
setting-windows-of-8-to-128-steps = windows of 8 to 128 steps
rule-density = density
rule-reconstruction = reconstruction
rule-imputation = imputation
doubt-none = none
doubt-too-few-normals = too few normals
doubt-unlike-its-normals = unlike its normals
doubt-close-to-the-alarm-level = close to the alarm level
doubt-compared-with-itself-only = compared with itself only
doubt-no-anomaly-planted = no anomaly planted
doubt-planted-anomalies-unseen = planted anomalies unseen
field-general = general
field-machines = machines
field-servers = servers
field-products = products
field-medicine = medicine
extent-of-pixels = pixels
extent-of-rows = rows
extent-of-channel = channel
extent-of-channels = channels
extent-of-word = word
extent-of-words = words

## Findings and drawings

name-in = { $kind } in { $channel }
name-abnormal-in = abnormal in { $channel }
name-abnormal = abnormal region
legend-observed = observed
legend-expected = expected
legend-healed = healed
legend-band = expected, 90 % band
legend-flagged = flagged
legend-gap = no data

## Who worded what, and what was checked

worded-built-in = built-in
worded-unusable = built-in ({ $llm } gave no usable sentence)
worded-some = { $llm } ({ $own } of { $all } sentences; the others built-in)
worded-chosen = { $picked } of { $all } sentences chosen by { $llm }, all of them worded built-in
worded-chosen-own = { $picked } of { $all } sentences chosen by { $llm }, { $own } of them in its own words, the others built-in
title-ideas = Ideas of { $llm }, not checked
writer-builtin = builtin
writer-the-built-in-writer = the built-in writer
check-supported = supported
check-contradicted = contradicted
check-unverifiable = unverifiable
check-possible = worded as possible
check-by = by
check-possible-by = by
proof-observation = Every number, name and place in it agrees with the facts it cites.
proof-comparison = Every number, name and place in it agrees with the facts it cites.
proof-hypothesis = It is worded as a possibility and contradicts no fact; a cause is not measured.
proof-recommendation = It advises an action and contradicts no fact.

## The report

report-title = { $name }: { $outcome } (p { $eq })
report-brand = { $product } report
report-anomalous = Anomalous
report-cannot-tell = Cannot tell
report-normal = Nothing abnormal found
report-asked = Asked: { $question }
report-extrapolated = { $p } (extrapolated)
report-count = findings
report-worded = worded by
report-text = What the text says
report-reading = When it was read: { $notes }
report-findings = Findings
report-none-possible = No alarm was possible, and so no finding.
report-none-told = There is no finding, as it cannot be told whether an alarm was due.
report-none = No region stands out at a false-discovery rate that would make it worth a finding.
report-finding = Finding
report-smallest-p = Smallest p
report-suspicious = { " " }(most suspicious place only)
report-hidden = { $count } more findings are in the table but not drawn one by one.
report-said = What can be said, and what it rests on
report-hypotheses = Hypotheses: nothing here was measured. They are worded as possible and need checking.
report-ideas = A language model added these of its own. Nobody checked them, and no fact stands behind them.
report-worded-by = · worded by { $author }
report-refused = { $count } { $count ->
    [one] wording
   *[other] wordings
    } refused before
report-healing = Tested by healing
report-healing-note = If the explanation is right, replacing the flagged region by what normal would look like ends the alarm, and replacing a random region of the same size does not.
report-region = Region
report-p-before = p before
report-p-after = p after healing
report-p-inside = smallest p inside, healed
report-p-random = p, random region healed
report-result = Result
report-all-findings = all findings
report-sure = How sure, and why
calibrated-split-conformal = P-values are split-conformal: scores are ranked among those of held-out normal samples.
calibrated-cross-conformal = P-values are cross-conformal: with few normal samples, each is held out in turn and ranked by the others.
calibrated-self-calibrated = P-values are self-calibrated: no normal data was given, so the sample is compared with the rest of itself.
report-behind-normals = Behind the sample's p-value stand { $normals } normal samples or stretches, behind each element's { $elements } normal elements.
report-behind-none = No normal sample stands behind the sample's p-value; behind each element's { $elements } other elements of this sample.
report-least = The smallest p-value these can show without a fitted tail is { $p }.
report-least-extrapolated = The smallest p-value these can show without a fitted tail is { $p }; this one lies below it and was extrapolated.
report-tail = It was read from a fitted tail.
report-detectors = Detector
report-rules = Score rule
report-p-of-sample = p of the sample
report-audit = Check it yourself
report-replay = Replay the run, verify every sentence again and repeat the healing test, in the folder that holds this report:
report-verify = Check somebody else's text against the same evidence:
report-their-text = their-text.txt
report-facts = All measured facts
report-id = Id
report-about = About
report-fact = Fact
report-value = Value
report-steps = How this was found
report-steps-count = { $count } steps of the analysis
report-made-by = Made by { $program } · report schema { $schema } · seed { $seed }
report-input = { " " }· input SHA-256 { $sha }

## The card of the page

card-explanation = Explanation of { $name }
card-p-alone = no normal data was given: the { $noun } is compared with the rest of itself
card-p-tail = read from a fitted tail, as { $normals } normal { $things } alone cannot show less than 1 in { $least }
card-p-often = about { $count } of 100 { $alike } look at least this abnormal
card-p-seldom = about 1 of { $count } { $alike } looks at least this abnormal
card-text = The text, its words coloured by information
card-given = What was given
card-given-outlined = What was given, each finding outlined
card-marks = Findings on the picture
card-normal = What normal would look like, drawn by the diffusion model
card-compare = Compare: how much of the observed picture is shown over the expected one
card-compared-whole = 100 % observed
card-compared = { $observed } % observed, { $expected } % expected
card-close-up = { $finding } observed
card-hypotheses = Hypotheses: nothing here was measured.
card-ideas = A language model added these of its own; no fact stands behind them.
card-healing-table = Table of the healing tests
card-healed = Healed
card-p-after = p after
card-p-inside = smallest p inside
card-p-random = p, random region
card-healing-note = If the explanation is right, replacing the flagged regions by what normal would look like ends the alarm, and replacing a random region does not.
card-measured = How it was measured
card-facts = All { $count } measured facts
card-facts-table = Table of the facts
card-copy = Copy as text
card-copied = Copied
card-show-proof = { $fact }: { $label }, show the proof
card-about = About { $about }.
card-about-choice = the choice of the detector
card-about-whole = the whole { $noun }
card-bounds = 90 % of the normals that the model drew lie between { $low } and { $high }.
card-show = Show { $finding }
card-show-on-picture = Show { $finding } on the picture
card-checked-by = Checked by code, worded by { $author }.
card-refused = Refused before:
card-answer = Answer about { $name }
card-silent = The facts of this run say nothing about that.
card-plain = { $name }: { $outcome }, p { $eq }, alarm level { $alpha }, detector { $detector }, worded by { $author }

## The card at another alarm level

alpha-title = At alarm level { $alpha }
alpha-at = at α = { $alpha }
alpha-anomalous = p { $eq } is at or below this alarm level; the confidence is { $level }.
alpha-normal = p { $eq } is above this alarm level; the confidence is { $level }.
alpha-cannot-tell = p { $eq } is above this alarm level, but whether an alarm was due cannot be told: { $doubts }.
alpha-recorded = { " " }At the recorded level of { $alpha } the verdict is { $outcome }.
alpha-findings = { $count ->
    [0] No finding
    [one] { $count } finding
   *[other] { $count } findings
    }
alpha-smallest-p = smallest p { $p }
alpha-suspicious = smallest p { $p }, only the most suspicious place
alpha-note = From the recorded score map: nothing was fitted again; the healing test and the planted anomalies are those of this level.
alpha-picture = Findings at this alarm level

## The table of several inputs

several-title = Explained
several-input = input
several-p = p
several-report = report

## Steps of a run. English tells them as they were told; another language may make its words of what a step holds

step-begun = Looking at { $name }
step-looked = { $message }
step-planned = { $message }
step-fitted = { $message }
step-scored = { $message }
step-looked-closer = { $message }
step-understood = { $message }
step-wrote = { $message }
step-checked = { $message }
step-refused = { $message }
step-spent = { $message }
step-published = { $message }
did-looked = looked
did-planned = planned
did-fitted = fitted
did-scored = scored
did-looked-closer = looked closer
did-understood = understood
did-wrote = wrote
did-checked = checked
did-refused = refused
did-spent = spent
did-published = published
