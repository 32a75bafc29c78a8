-- One row at most, the newest entry of the change log: its number, the first sixteen digits of its hash, its day.
select
    seq,
    upper(substr(hash, 1, 16)) as hash_start,
    cast(logged_at as date) as logged_on
from change_log
order by seq desc
limit 1
