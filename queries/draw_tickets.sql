-- One row is one drawn object: its place within its stratum (1 = smallest ticket), its class and its ticket.
-- A ticket is sha256("<seed>,<object_id>") in lower-case hex; the k smallest tickets of a stratum of N objects are drawn.
-- $pool        name of the table, view or registered frame with the columns object_id and class (NULL or '' = none)
-- $seed        seed of the draw, without comma or line break
-- $stratified  true: one stratum per class; false: one stratum '' for the whole pool, classes ignored
-- $strata, $quotas  two lists of one length: stratum and number to draw
-- $deviations  safety margin of the cut, in standard deviations (8; it moves the speed, never the result)
--
-- Tickets are uniform, so the k smallest lie, but for a tiny probability, under k/N plus a few standard deviations, and
-- only those are ranked. A quota larger than its stratum returns the whole stratum: the caller compares the counts.
-- A stratum where fewer than k lie under its cut is hashed again and ranked whole.
with
pool as not materialized (
    select
        object_id::varchar as object_id,
        coalesce(nullif(class::varchar, ''), 'none') as class,
        case when $stratified then coalesce(nullif(class::varchar, ''), 'none') else '' end as stratum
    from query_table($pool)
),

quotas as (
    select
        unnest($strata::varchar[]) as stratum,
        unnest($quotas::bigint[]) as quota
),

sizes as (
    select
        pool.stratum,
        count(*) as size
    from pool
    group by pool.stratum
),

shares as (
    select
        sizes.stratum,
        quotas.quota,
        quotas.quota / sizes.size
        + $deviations * sqrt(quotas.quota * greatest(sizes.size - quotas.quota, 0) / sizes.size) / sizes.size as share
    from sizes
    inner join quotas on sizes.stratum = quotas.stratum
    where quotas.quota > 0
),

-- The cut as the first 15 hexadecimal digits of a ticket; 'g' sorts after every digit, so nothing is cut away.
cuts as (
    select
        shares.stratum,
        shares.quota,
        case
            when shares.share >= 1 then 'g'
            else lpad(lower(hex((greatest(shares.share, 0) * pow(2, 60))::bigint)), 15, '0')
        end as cut
    from shares
),

tickets as materialized (
    select
        pool.object_id,
        pool.class,
        pool.stratum,
        cuts.quota,
        sha256($seed || ',' || pool.object_id) as ticket
    from pool
    inner join cuts on pool.stratum = cuts.stratum
    where sha256($seed || ',' || pool.object_id) < cuts.cut
),

short_strata as materialized (
    select
        cuts.stratum,
        cuts.quota
    from cuts
    left join tickets on cuts.stratum = tickets.stratum
    group by cuts.stratum, cuts.quota
    having count(tickets.object_id) < cuts.quota
),

candidates as (
    select
        tickets.object_id,
        tickets.class,
        tickets.stratum,
        tickets.quota,
        tickets.ticket
    from tickets
    where tickets.stratum not in (select short_strata.stratum from short_strata)
    union all
    select
        pool.object_id,
        pool.class,
        pool.stratum,
        short_strata.quota,
        sha256($seed || ',' || pool.object_id) as ticket
    from pool
    inner join short_strata on pool.stratum = short_strata.stratum
),

ranked as (
    select
        candidates.object_id,
        candidates.class,
        candidates.stratum,
        candidates.quota,
        candidates.ticket,
        row_number() over (partition by candidates.stratum order by candidates.ticket) as place
    from candidates
)

select
    ranked.place,
    ranked.object_id,
    ranked.class,
    ranked.ticket
from ranked
where ranked.place <= ranked.quota
-- `none` is the stratum of what has no class and comes last, as in every table of the product.
order by ranked.stratum = 'none', ranked.stratum, ranked.place
