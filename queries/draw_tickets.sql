-- One row is one drawn object: its place within its stratum (1 = smallest ticket), its class and its ticket.
-- A ticket is sha256("<seed>,<object_id>") in lower-case hex; the k smallest tickets of a stratum of N objects are drawn.
-- $pool        name of the table, view or registered frame with the columns object_id, class (NULL or '' = none) and
--              passed_over: who is passed over, as under rotation, comes after everyone in the stratum who is not
-- $seed        seed of the draw, without comma or line break
-- $stratified  true: one stratum per class; false: one stratum '' for the whole pool, classes ignored
-- $quotas      list of texts '<number to draw> <stratum>'
-- $deviations  safety margin of the cut, in standard deviations (8; it moves the speed, never the result)
--
-- Tickets are uniform, so the k smallest lie, but for a tiny probability, under k/N plus a few standard deviations, and
-- only those are ranked. A quota larger than its stratum returns the whole stratum: the caller compares the counts.
-- A stratum where fewer than k lie under its cut is hashed again and ranked whole. Under rotation the fresh and the passed
-- over objects of a stratum are cut apart: the fresh ones first, what they leave open from the others.
with
pool as not materialized (
    select
        given.object_id::varchar as object_id,
        coalesce(nullif(given.class::varchar, ''), 'none') as class,
        case when $stratified then coalesce(nullif(given.class::varchar, ''), 'none') else '' end as stratum,
        coalesce(given.passed_over, false) as passed_over
    from query_table($pool) as given
),

quotas as (
    select
        substr(listed.wanted, strpos(listed.wanted, ' ') + 1) as stratum,
        split_part(listed.wanted, ' ', 1)::bigint as quota
    from (select unnest($quotas::varchar[]) as wanted) as listed
),

sizes as (
    select
        pool.stratum,
        pool.passed_over,
        count(*) as size
    from pool
    group by pool.stratum, pool.passed_over
),

parts as (
    select
        sizes.stratum,
        sizes.passed_over,
        sizes.size,
        case
            when sizes.passed_over then quotas.quota - least(quotas.quota, coalesce(fresh.size, 0))
            else least(quotas.quota, sizes.size)
        end as quota,
        case when sizes.passed_over then least(quotas.quota, coalesce(fresh.size, 0)) else 0 end as before
    from sizes
    inner join quotas on sizes.stratum = quotas.stratum
    left join sizes as fresh on sizes.stratum = fresh.stratum and not fresh.passed_over
),

shares as (
    select
        parts.stratum,
        parts.passed_over,
        parts.quota,
        parts.before,
        parts.quota / parts.size
        + $deviations * sqrt(parts.quota * greatest(parts.size - parts.quota, 0) / parts.size) / parts.size as share
    from parts
    where parts.quota > 0
),

-- The cut as the first 15 hexadecimal digits of a ticket; 'g' sorts after every digit, so nothing is cut away.
cuts as (
    select
        shares.stratum,
        shares.passed_over,
        shares.quota,
        shares.before,
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
        pool.passed_over,
        cuts.quota,
        cuts.before,
        sha256($seed || ',' || pool.object_id) as ticket
    from pool
    inner join cuts on pool.stratum = cuts.stratum and pool.passed_over = cuts.passed_over
    where sha256($seed || ',' || pool.object_id) < cuts.cut
),

short_strata as materialized (
    select
        cuts.stratum,
        cuts.passed_over,
        cuts.quota,
        cuts.before
    from cuts
    left join tickets on cuts.stratum = tickets.stratum and cuts.passed_over = tickets.passed_over
    group by cuts.stratum, cuts.passed_over, cuts.quota, cuts.before
    having count(tickets.object_id) < cuts.quota
),

candidates as (
    select
        tickets.object_id,
        tickets.class,
        tickets.stratum,
        tickets.passed_over,
        tickets.quota,
        tickets.before,
        tickets.ticket
    from tickets
    anti join short_strata on tickets.stratum = short_strata.stratum and tickets.passed_over = short_strata.passed_over
    union all
    select
        pool.object_id,
        pool.class,
        pool.stratum,
        pool.passed_over,
        short_strata.quota,
        short_strata.before,
        sha256($seed || ',' || pool.object_id) as ticket
    from pool
    inner join short_strata on pool.stratum = short_strata.stratum and pool.passed_over = short_strata.passed_over
),

ranked as (
    select
        candidates.object_id,
        candidates.class,
        candidates.stratum,
        candidates.passed_over,
        candidates.ticket,
        candidates.quota,
        candidates.before,
        row_number() over (partition by candidates.stratum, candidates.passed_over order by candidates.ticket) as place
    from candidates
)

select
    ranked.before + ranked.place as place,
    ranked.object_id,
    ranked.class,
    ranked.ticket
from ranked
where ranked.place <= ranked.quota
-- `none` is the stratum of what has no class and comes last, as in every table of the product.
order by ranked.stratum = 'none', ranked.stratum, ranked.passed_over, ranked.place
