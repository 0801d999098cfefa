# What is said of a table, in English.

anomaly-outlying-value = outlying value
    .a = an outlying value
anomaly-unusual-value = unusual value
    .a = an unusual value
anomaly-unseen-category = unseen category
    .a = an unseen category
anomaly-unusual-category = unusual category
    .a = an unusual category

planted-cell-seen = A planted spike of { $size } in { $column } raised the alarm.
planted-cell-unseen = A planted spike of { $size } in { $column } passed unnoticed.
planted-cell-limit = A planted spike of { $size } in { $column } raised the alarm; a planted spike of { $smaller } passed unnoticed.

## A finding

rows-one = { $finding } is at { $row }.
rows-many = { $finding } spans { $count } and peaks at { $row }.
cell-word = { $finding } says { $word }.
cell-word-instead = In the place of { $word } in { $finding }, { $usual } would fit.
top-column = { $column } carries the largest share of the score of { $finding }.
column-shares = In { $finding }, { $shares }.
column-share-first = { $column } accounts for { $share } of the score
column-share-further = { $column } for { $share }

## Headlines

cell-band = { $column } is { $seen }, where normal rows have { $low } to { $high }
cell-number = { $column } is { $seen }, where normal rows have { $usual }
cell-unseen = { $column } is { $word }, which no normal row has
cell-usual = { $column } is { $word }, where normal rows have { $usual }
cell-holds = { $column } is { $word }
cell-missing = { $column } is missing
headline-row = { $Row }: { $cells }.
headline-rows = { $Row }, the worst of { $count }: { $cells }.
headline-row-alone = { $Row } stands out.
headline-rows-alone = { $Row } and others, { $count } in all, stand out.
headline-normal-table = Nothing unusual was found in { $extent }.
headline-normal-table-noticed = Nothing unusual was found in { $extent }; an anomaly of the usual size would have been noticed.
headline-normal-table-unnoticed = Nothing unusual was found in { $extent }; an anomaly of the usual size can pass unnoticed here.

## Tables as they are shown

table-worst = The worst rows
table-row = row
table-name = { $what }, { $row }
table-alt = The worst { $count } rows of { $name }; cells that are to blame are marked
table-finding = Finding { $finding }: its rows beside normal rows that are most like the worst of them
table-normal = normal
table-p = p
