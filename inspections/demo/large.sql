-- The synthetic city and province, one statement after another, straight in DuckDB. No row passes through Python.
-- Sizes arrive as variables: objects, bureaus, units, tasks, pools (per bureau), pool_size; also seed and master.
-- Everything "random" is a hash of the seed and the row's own key, so the same seed gives the same rows on any number of threads.
-- Rows go in in the order of their keys where that is cheap; ids are row numbers, and the sequences are moved on behind them.

-- step: settings
create or replace temp macro chance(salt, a, b) as
    -- Hashed again: hashes of the same a and b under two salts are alike in too many bits for two decisions by chance.
    (hash(hash(getvariable('seed'), salt, a, b)) >> 11) / 9007199254740992.0;

-- A whole number in [0, n).
create or replace temp macro pick(salt, a, b, n) as cast(floor(chance(salt, a, b) * n) as integer);

-- A day moved off the weekend.
create or replace temp macro weekday(d) as d + cast(case isodow(d) when 6 then 2 when 7 then 1 else 0 end as integer);

-- Ten characters of base 32 out of the first 50 bits of SHA-256, as inspections.draws.ticket.task_key does it.
create or replace temp macro task_key_of(doc_no, kind, seq) as
    list_aggregate(list_transform(
        range(10),
        lambda place: substr(
            'abcdefghijklmnopqrstuvwxyz234567',
            cast(((cast('0x' || substr(sha256(doc_no || ',' || kind || ',' || seq), 1, 13) as bigint) >> 2) >> (45 - 5 * place)) & 31 as integer) + 1,
            1
        )
    ), 'string_agg', '');

insert into setting (key, value, bureau_id, valid_from) values
    ('synthetic', 'true', null, date '2000-01-01'),
    ('class_scheme', 'A,B,C,D', null, date '2000-01-01'),
    ('yearly_cap', '1', null, date '2024-12-01');

-- step: plans
insert into bureau (name, region)
select
    format('演示·{:03d}县自然资源局', number) as name,
    format('演示·{:03d}县', number) as region
from range(1, getvariable('bureaus') + 1) as bureaus(number)
order by number;

-- The first twelve units of a bureau are its sections, the rest outside departments.
create or replace temp table staff as
select
    cast(number + 1 as integer) as unit_id,
    cast(number % getvariable('bureaus') + 1 as integer) as bureau_id,
    cast(number // getvariable('bureaus') as integer) as place
from range(getvariable('units')) as units(number);

insert into unit (unit_id, bureau_id, name, kind, region)
select
    staff.unit_id,
    case when staff.place < 12 then staff.bureau_id end as bureau_id,
    case when staff.place < 12 then format('演示·业务{:02d}股', staff.place + 1) else format('演示·协同{:02d}局', staff.place - 11) end as name,
    case when staff.place < 12 then 'section' else 'department' end as kind,
    case when staff.place >= 12 then bureau.region end as region
from staff
inner join bureau on staff.bureau_id = bureau.bureau_id
order by staff.unit_id;

insert into membership
select
    staff.bureau_id,
    staff.unit_id,
    years.year
from staff
cross join (values (2023), (2024)) as years(year)
order by staff.bureau_id, staff.unit_id, years.year;

-- Pool 0 of a bureau is its general directory; the others are small special lists.
insert into scope (scope_id, bureau_id, name)
select
    cast((number % getvariable('bureaus')) * (getvariable('pools') + 1) + number // getvariable('bureaus') + 1 as integer) as scope_id,
    cast(number % getvariable('bureaus') + 1 as integer) as bureau_id,
    case number // getvariable('bureaus')
        when 0 then '演示·全部检查对象'
        else format('演示·{:02d}类检查对象', number // getvariable('bureaus'))
    end as name
from range(getvariable('bureaus') * (getvariable('pools') + 1)) as scopes(number)
order by scope_id;

insert into item (item_id, bureau_id, name, item_class, legal_basis)
select
    cast(number + 1 as integer) as item_id,
    cast(number // 60 + 1 as integer) as bureau_id,
    format('演示·第{:02d}项检查', number % 60 + 1) as name,
    case when number % 4 = 0 then 'key' else 'general' end as item_class,
    '《中华人民共和国土地管理法》' as legal_basis
from range(getvariable('bureaus') * 60) as items(number)
order by item_id;

insert into plan (plan_id, bureau_id, year, kind, title, doc_no, issued_on, published_on)
select
    cast(number + 1 as integer) as plan_id,
    cast(number // 4 + 1 as integer) as bureau_id,
    2023 + number % 4 // 2 as year,
    case when number % 2 = 0 then 'internal' else 'joint' end as kind,
    format('演示·{}年度抽查计划', 2023 + number % 4 // 2) as title,
    format('演示〔{}〕{:03d}号', 2023 + number % 4 // 2, number // 4 + 1) as doc_no,
    make_date(2023 + number % 4 // 2, 2, 1 + pick('issued', number, 0, 27)) as issued_on,
    make_date(2023 + number % 4 // 2, 3, 1 + pick('published', number, 0, 20)) as published_on
from range(getvariable('bureaus') * 4) as plans(number)
order by plan_id;

-- Two tasks in five are joint; one in twenty-five takes everybody; one in twelve bureaus begins 2024 with its general directory.
create or replace temp table tasking as
with numbered as (
    select
        number,
        cast(number % (2 * getvariable('bureaus')) % getvariable('bureaus') + 1 as integer) as bureau_id,
        cast(2023 + number % (2 * getvariable('bureaus')) // getvariable('bureaus') as integer) as year,
        cast(number // (2 * getvariable('bureaus')) as integer) as place
    from range(getvariable('tasks')) as tasks(number)
)

select
    cast(numbered.number + 1 as integer) as task_id,
    numbered.bureau_id,
    numbered.year,
    numbered.place,
    numbered.place % 5 >= 3 as joint,
    (numbered.bureau_id - 1) * 4 + (numbered.year - 2023) * 2 + cast(numbered.place % 5 >= 3 as integer) + 1 as plan_id,
    numbered.place = 0 and numbered.year = 2024 and numbered.bureau_id % 12 = 1 as general,
    (numbered.bureau_id - 1) * (getvariable('pools') + 1) + case
        when numbered.place = 0 and numbered.year = 2024 and numbered.bureau_id % 12 = 1 then 1
        else 2 + numbered.place * 7 % getvariable('pools')
    end as scope_id,
    cast(case
        when numbered.place = 0 and numbered.year = 2024 and numbered.bureau_id % 12 = 1 then 0.01
        when numbered.place % 25 = 12 then 1
        else [0.15, 0.20, 0.20, 0.25, 0.25, 0.30, 0.35, 0.50][1 + numbered.place % 8] * (case numbered.year when 2023 then 0.95 else 1 end)
    end as decimal(9, 6)) as rate,
    make_date(numbered.year, 1 + numbered.place * 5 % 10, 1) as starts_on,
    last_day(make_date(numbered.year, least(12, 2 + numbered.place * 5 % 10 + numbered.place % 3), 1)) as ends_on,
    (numbered.bureau_id - 1 + numbered.place % 12 * getvariable('bureaus')) + 1 as lead_unit_id,
    (numbered.bureau_id - 1 + 12 * getvariable('bureaus')) + 1 as partner_unit_id,
    (numbered.bureau_id - 1) * 60 + numbered.place % 50 + 1 as item_id
from numbered;

insert into task (
    task_id, plan_id, seq, name, draw_type, item_class, scope_id, scope_text, rate, rate_op, rate_text, starts_on, ends_on, risk_rule,
    initiating_unit_id, lead_unit_id
)
select
    tasking.task_id,
    tasking.plan_id,
    row_number() over (partition by tasking.plan_id order by tasking.place) as seq,
    format('演示·{}年第{:02d}号任务', tasking.year, tasking.place + 1) as name,
    'conditional' as draw_type,
    case when tasking.place % 4 = 0 then 'key' else 'general' end as item_class,
    tasking.scope_id,
    scope.name as scope_text,
    tasking.rate,
    '=' as rate_op,
    format('{:.1f}%', 100 * cast(tasking.rate as double)) as rate_text,
    tasking.starts_on,
    tasking.ends_on,
    case when tasking.rate < 1 then '演示：按信用风险分类递加比例抽查' end as risk_rule,
    tasking.lead_unit_id,
    tasking.lead_unit_id
from tasking
inner join scope on tasking.scope_id = scope.scope_id
order by tasking.task_id;

insert into task_partner select task_id, partner_unit_id from tasking where joint order by task_id;

insert into task_item
select task_id, item_id, lead_unit_id from tasking
union all
select task_id, (bureau_id - 1) * 60 + 51 + place % 5, partner_unit_id from tasking where joint
order by 1, 2;

-- Assumption, as in the product: 1 : 1.5 : 2.5 : 4, here against eight tenths of the plan's proportion (which keeps the total near it), never above 100 %.
insert into task_class_rate
select
    tasking.task_id,
    multiplier.class,
    least(1, tasking.rate * multiplier.times) as rate,
    '=' as rate_op,
    null as quota,
    null as times_per_year,
    'policy' as origin
from tasking
cross join (values ('A', 0.8), ('B', 1.2), ('C', 2.0), ('D', 3.2), ('none', 0.8)) as multiplier(class, times)
where tasking.rate < 1
order by tasking.task_id, multiplier.class;

-- step: directories
-- 7919 and 90,000,000 have no common divisor: every number comes once, in an order that says nothing.
create or replace temp table registered as
with numbered as (
    select
        number,
        10000000 + (number * 7919 + getvariable('seed') * 104729) % 90000000 as organisation,
        cast(number % getvariable('bureaus') + 1 as integer) as bureau_id,
        cast(number // getvariable('bureaus') as integer) as place,
        pick('kind', number, 0, 100) as fate
    from range(getvariable('objects')) as objects(number)
),

coded as (
    select
        *,
        case when fate < 80 then '91' when fate < 92 then '92' when fate < 97 then '12' end as prefix,
        (
            organisation // 10000000 % 10 * 3 + organisation // 1000000 % 10 * 7 + organisation // 100000 % 10 * 9
            + organisation // 10000 % 10 * 10 + organisation // 1000 % 10 * 5 + organisation // 100 % 10 * 8
            + organisation // 10 % 10 * 4 + organisation % 10 * 2
        ) as weighted,
        -- GB 32100: the six nines weigh 1026, the prefix its two digits, the organisation part what stands here.
        (
            organisation // 10000000 % 10 * 20 + organisation // 1000000 % 10 * 29 + organisation // 100000 % 10 * 25
            + organisation // 10000 % 10 * 13 + organisation // 1000 % 10 * 8 + organisation // 100 % 10 * 24
            + organisation // 10 % 10 * 10 + organisation % 10 * 30
            + 1026 + case when fate < 80 then 12 when fate < 92 then 15 else 7 end
        ) as weighted_all
    from numbered
),

-- Check digits: 0-9 and X of the organisation part, where X weighs 29, and one of 31 characters of the whole.
checked as (
    select
        *,
        (11 - weighted % 11) % 11 as inner_check,
        (31 - (weighted_all + 28 * case (11 - weighted % 11) % 11 when 10 then 29 else (11 - weighted % 11) % 11 end) % 31) % 31 as outer_check
    from coded
)

select
    number,
    bureau_id,
    place,
    fate,
    case
        when prefix is null then '演许字第999999' || organisation || '号'
        else
            prefix || '999999' || organisation
            || substr('0123456789X', cast(inner_check + 1 as integer), 1)
            || substr('0123456789ABCDEFGHJKLMNPQRTUWXY', cast(outer_check + 1 as integer), 1)
    end as object_id
from checked;

insert into object (object_id, name, kind, industry, region, status, is_market_entity, initials)
select
    object_id,
    '演示·' || ['青岭', '石泉', '云台', '沁原', '柏坪', '南窑', '河湾', '枫岗'][1 + number % 8] || number
        || case when fate < 80 then '有限公司' when fate < 92 then '经营部' when fate < 97 then '中心' else '项目' end as name,
    case when fate < 80 then 'enterprise' when fate < 92 then 'individual' when fate < 97 then 'institution' else 'project' end as kind,
    ['采矿业', '制造业', '建筑业', '批发和零售业', '住宿和餐饮业', '测绘地理信息服务', '林业', '其他'][1 + pick('industry', number, 0, 8)] as industry,
    format('演示·{:03d}县{:02d}镇', bureau_id, 1 + pick('town', number, 0, 15)) as region,
    case when chance('status', number, 0) < 0.03 then 'closed' when chance('status', number, 0) < 0.05 then 'suspended' else 'active' end as status,
    fate < 92 as is_market_entity,
    'ys' || ['ql', 'sq', 'yt', 'qy', 'bp', 'ny', 'hw', 'fg'][1 + number % 8] || number
        || case when fate < 80 then 'yxgs' when fate < 92 then 'jyb' when fate < 97 then 'zx' else 'xm' end as initials
from registered
order by object_id;

-- The first pools × pool_size objects of a bureau are on a special list, every twentieth of them also on the next one.
insert into object_scope
select
    object_id,
    (bureau_id - 1) * (getvariable('pools') + 1) + case
        when place < getvariable('pools') * getvariable('pool_size') then 2 + place // getvariable('pool_size')
        else 1
    end as scope_id
from registered
union all
select
    object_id,
    (bureau_id - 1) * (getvariable('pools') + 1) + 2 + (place // getvariable('pool_size') + 1) % getvariable('pools') as scope_id
from registered
where place < getvariable('pools') * getvariable('pool_size') and place % 20 = 0
order by 1, 2;

-- Shares near those of Bayannur and Dandong (docs/field.md); one enterprise in fifty has no class. One class in twelve changes by a step.
create or replace temp table classed as
select
    object_id,
    number,
    case
        when chance('class', number, 0) < 0.68 then 1 when chance('class', number, 0) < 0.91 then 2
        when chance('class', number, 0) < 0.975 then 3 else 4
    end as step,
    case
        when chance('change', number, 0) < 0.083
            then cast(date '2023-01-01' + to_months(pick('month', number, 0, 24)) as date)
    end as changed_on,
    case when chance('direction', number, 0) < 0.5 then -1 else 1 end as direction
from registered
where fate < 92 and chance('unclassed', number, 0) >= 0.02;

insert into risk_class
select
    object_id,
    ['A', 'B', 'C', 'D'][step] as class,
    date '2021-07-01' as valid_from,
    changed_on as valid_to,
    '演示：合成' as source
from classed
union all
select
    object_id,
    ['A', 'B', 'C', 'D'][case when step + direction between 1 and 4 then step + direction else step - direction end] as class,
    changed_on as valid_from,
    null as valid_to,
    '演示：合成' as source
from classed
where changed_on is not null
order by 1, 3;

drop table classed;

insert into inspector (inspector_id, name, unit_id, certificate_no, is_civil_servant, active)
select
    cast(number + 1 as integer) as inspector_id,
    format('演示·检查员{:05d}', number + 1) as name,
    cast(number // 4 + 1 as integer) as unit_id,
    format('演示-P-{:06d}', number + 1) as certificate_no,
    chance('servant', number, 0) < 0.7 as is_civil_servant,
    true as active
from range(getvariable('units') * 4) as people(number)
order by inspector_id;

-- step: draws
-- One task in a hundred was never launched, one in fifty late; one in ten was drawn without regard to classes.
create or replace temp table launch as
select
    cast(row_number() over (order by tasking.year, tasking.task_id) as integer) as draw_id,
    tasking.task_id,
    tasking.bureau_id,
    tasking.joint,
    tasking.scope_id,
    tasking.rate,
    tasking.lead_unit_id,
    tasking.partner_unit_id,
    tasking.item_id,
    tasking.place,
    tasking.starts_on,
    tasking.ends_on,
    weekday(case
        when chance('late', tasking.task_id, 0) < 0.02 then tasking.ends_on + 3 + pick('lateness', tasking.task_id, 0, 12)
        else tasking.starts_on + pick('launch', tasking.task_id, 0, 6)
    end) as drawn_on,
    tasking.rate < 1 and chance('stratified', tasking.task_id, 0) >= 0.1 as stratified,
    -- A master seed for every task, in as many characters as the product's own.
    substr(sha256(getvariable('master') || ',' || tasking.task_id), 1, 22) || '-' || task_key_of(plan.doc_no, cast(plan.kind as varchar), task.seq) || '-1' as seed,
    md5(getvariable('seed') || 'seed' || tasking.task_id) as seed_nonce,
    md5(getvariable('seed') || 'frame' || tasking.task_id) as frame_nonce
from tasking
inner join task on tasking.task_id = task.task_id
inner join plan on tasking.plan_id = plan.plan_id
where chance('launched', tasking.task_id, 0) >= 0.01;

create or replace temp table frozen as
select
    launch.draw_id,
    object_scope.object_id,
    coalesce(risk_class.class, 'none') as class,
    row_number() over (partition by launch.draw_id order by object_scope.object_id) as position
from launch
inner join object_scope on launch.scope_id = object_scope.scope_id
left join risk_class
    on
        object_scope.object_id = risk_class.object_id
        and risk_class.valid_from <= launch.drawn_on
        and (risk_class.valid_to is null or risk_class.valid_to > launch.drawn_on);

-- The nonce, a line feed, then the frame as text in the order of its ids.
create or replace temp table committed as
select
    frozen.draw_id,
    count(*) as frame_size,
    sha256(any_value(launch.frame_nonce) || chr(10) || string_agg(
        frozen.object_id || ',' || case frozen.class when 'none' then '' else cast(frozen.class as varchar) end || chr(10), '' order by frozen.object_id
    )) as frame_commitment
from frozen
inner join launch on frozen.draw_id = launch.draw_id
group by frozen.draw_id;

insert into draw (
    draw_id, task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, seed, seed_nonce, frame_nonce, seed_commitment,
    frame_commitment, frame_size, quota, frozen_at, replaces_draw_id, reason
)
select
    launch.draw_id,
    launch.task_id,
    1 as ordinal,
    launch.drawn_on + to_minutes(545 + pick('clock', launch.draw_id, 0, 50)) as drawn_at,
    case launch.rate when 1 then 'full' else 'random' end as basis,
    'official' as kind,
    'sha256_ticket' as method,
    launch.stratified,
    false as rotation,
    launch.seed,
    launch.seed_nonce,
    launch.frame_nonce,
    sha256(launch.seed_nonce || ',' || launch.seed) as seed_commitment,
    committed.frame_commitment,
    committed.frame_size,
    case
        when not launch.stratified then least(committed.frame_size, cast(ceil(committed.frame_size * launch.rate) as bigint))
    end as quota,
    launch.drawn_on + to_minutes(545 + pick('clock', launch.draw_id, 0, 50)) as frozen_at,
    null as replaces_draw_id,
    case when launch.drawn_on > launch.ends_on then '演示：平台故障，晚于计划窗口发起' end as reason
from launch
inner join committed on launch.draw_id = committed.draw_id
order by launch.draw_id;

drop table committed;

create or replace temp table wanted as
with stratum as (
    select
        frozen.draw_id,
        case when launch.stratified then frozen.class else 'none' end as class,
        count(*) as pool
    from frozen
    inner join launch on frozen.draw_id = launch.draw_id
    group by all
)

select
    stratum.draw_id,
    stratum.class,
    launch.stratified,
    stratum.pool,
    least(stratum.pool, cast(ceil(stratum.pool * coalesce(task_class_rate.rate, launch.rate)) as bigint)) as quota
from stratum
inner join launch on stratum.draw_id = launch.draw_id
left join task_class_rate on launch.stratified and launch.task_id = task_class_rate.task_id and stratum.class = task_class_rate.class;

insert into draw_quota select draw_id, class, pool, quota from wanted where stratified order by draw_id, class;

-- Quota smallest tickets of each stratum; a ticket far above quota/pool need not be ranked (docs/statistics.md, section 1).
create or replace temp table drawn as
with ticketed as (
    select
        frozen.draw_id,
        frozen.object_id,
        frozen.class,
        wanted.class as stratum,
        wanted.quota,
        sha256(launch.seed || ',' || frozen.object_id) as ticket,
        wanted.quota / wanted.pool + 8 * sqrt(wanted.quota / wanted.pool * (1 - wanted.quota / wanted.pool) / wanted.pool) + 8 / wanted.pool as limit_share
    from frozen
    inner join launch on frozen.draw_id = launch.draw_id
    inner join wanted on frozen.draw_id = wanted.draw_id and wanted.class = case when launch.stratified then frozen.class else 'none' end
),

ranked as (
    select
        draw_id,
        object_id,
        class,
        quota,
        row_number() over (partition by draw_id, stratum order by ticket) as place
    from ticketed
    where cast('0x' || substr(ticket, 1, 8) as bigint) / 4294967296.0 <= limit_share
)

select draw_id, object_id, class, cast(place as integer) as place from ranked where place <= quota;

insert into frame (draw_id, object_id, class, position) select draw_id, object_id, class, position from frozen order by draw_id, object_id;

drop table frozen;

insert into draw_object select draw_id, object_id, class, place, null, null from drawn order by draw_id, object_id;

-- Two inspectors of the leading section, never the same one twice.
insert into draw_inspector
with first_one as (
    select
        drawn.draw_id,
        drawn.object_id,
        launch.lead_unit_id,
        pick('inspector', drawn.draw_id, drawn.object_id, 4) as one,
        pick('colleague', drawn.draw_id, drawn.object_id, 3) as further
    from drawn
    inner join launch on drawn.draw_id = launch.draw_id
)

select draw_id, object_id, (lead_unit_id - 1) * 4 + 1 + (one + turn * (1 + further)) % 4 as inspector_id
from first_one
cross join (values (0), (1)) as turns(turn)
order by draw_id, object_id, inspector_id;

-- Recusals come from pairs that never met, so every match respects them.
insert into recusal
with candidate as (
    select distinct
        (launch.lead_unit_id - 1) * 4 + 1 + pick('recused', drawn.draw_id, drawn.object_id, 4) as inspector_id,
        drawn.object_id
    from drawn
    inner join launch on drawn.draw_id = launch.draw_id
    where chance('recusal', drawn.draw_id, drawn.object_id) < 0.01
)

select candidate.inspector_id, candidate.object_id, '演示：近亲属在该单位任职' as reason
from candidate
anti join draw_inspector on candidate.inspector_id = draw_inspector.inspector_id and candidate.object_id = draw_inspector.object_id
order by 1, 2;

-- step: results
create or replace temp table met as
with door as (
    select
        drawn.draw_id,
        drawn.object_id,
        drawn.class,
        launch.ends_on,
        launch.bureau_id,
        launch.joint,
        launch.lead_unit_id,
        launch.partner_unit_id,
        launch.item_id,
        launch.place,
        weekday(
            launch.drawn_on + 2 + pick('visit', drawn.draw_id, drawn.object_id, greatest(20, launch.ends_on - launch.drawn_on - 8))
        ) as inspected_on
    from drawn
    inner join launch on drawn.draw_id = launch.draw_id
    where chance('inspected', drawn.draw_id, drawn.object_id) >= 0.012
)

select
    cast(row_number() over (order by draw_id, object_id) as integer) as visit_id,
    door.*
from door;

insert into visit select visit_id, object_id, inspected_on from met order by visit_id;

create or replace temp table reported as
with checker as (
    select *, lead_unit_id as unit_id, item_id as checked_item from met
    union all
    select *, partner_unit_id as unit_id, (bureau_id - 1) * 60 + 51 + place % 5 as checked_item from met where joint
),

dated as (
    select
        *,
        case
            when chance('entered', visit_id, unit_id) < case when unit_id % 17 = 0 then 0.06 else 0.01 end then null
            when chance('entry', visit_id, unit_id) < case when unit_id % 17 = 0 then 0.28 else 0.04 end
                then weekday(greatest(ends_on, inspected_on) + 2 + pick('delay', visit_id, unit_id, 24))
            else greatest(inspected_on, least(ends_on, weekday(inspected_on + pick('prompt', visit_id, unit_id, 8))))
        end as entered_on,
        chance('problem', visit_id, unit_id)
        < case class when 'A' then 0.09 when 'B' then 0.17 when 'C' then 0.32 when 'D' then 0.48 else 0.14 end as problem
    from checker
),

followed as (
    select
        *,
        case
            when chance('published', visit_id, unit_id) < 0.015 then null
            when chance('publication', visit_id, unit_id) < 0.05 then weekday(entered_on + 32 + pick('late', visit_id, unit_id, 25))
            else weekday(entered_on + pick('soon', visit_id, unit_id, 4))
        end as published_on,
        case when problem and chance('handled', visit_id, unit_id) >= 0.12 then weekday(entered_on + 3 + pick('handle', visit_id, unit_id, 37)) end as handled_on
    from dated
)

select
    *,
    case when chance('closed', visit_id, unit_id) >= 0.18 then weekday(handled_on + 1 + pick('close', visit_id, unit_id, 49)) end as closed_on
from followed;

insert into result
select
    draw_id,
    object_id,
    unit_id,
    visit_id,
    inspected_on,
    entered_on,
    case when entered_on is not null then format('演示·检查员{:05d}', (unit_id - 1) * 4 + 1) end as entered_by,
    published_on,
    case
        when entered_on is null then null
        when problem then ['correction_ordered', 'correction_ordered', 'correction_ordered', 'case_transferred', 'other_department_notified'][1 + visit_id % 5]
        else 'none_needed'
    end as follow_up,
    handled_on,
    closed_on
from reported
order by draw_id, object_id, unit_id;

insert into result_outcome
select
    draw_id,
    object_id,
    unit_id,
    checked_item,
    case
        when problem then ['other_violation', 'corrected', 'not_disclosed', 'other_violation', 'unreachable', 'corrected'][1 + visit_id % 6]
        when visit_id % 70 = 0 then 'no_activity'
        else 'no_problem'
    end as outcome
from reported
where entered_on is not null
order by draw_id, object_id, unit_id;

-- A few visits after complaints: no task, one object, outside every random denominator.
insert into draw (draw_id, task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, frame_size, reason)
select
    (select max(draw_id) from launch) + row_number() over (order by visit_id) as draw_id,
    null, 1, inspected_on + to_minutes(900), 'complaint', 'official', 'designated', false, false, 1, '演示：群众投诉举报'
from met
where visit_id % 2000 = 0
order by draw_id;

insert into draw_object
select (select max(draw_id) from launch) + row_number() over (order by visit_id), object_id, class, 1, null, null
from met
where visit_id % 2000 = 0
order by 1;

insert into visit
select (select max(visit_id) from met) + row_number() over (order by visit_id), object_id, weekday(inspected_on + 3)
from met
where visit_id % 2000 = 0
order by 1;

insert into result (draw_id, object_id, unit_id, visit_id, inspected_on, entered_on, entered_by, published_on, follow_up)
select
    (select max(draw_id) from launch) + row_number() over (order by visit_id),
    object_id,
    lead_unit_id,
    (select max(visit_id) from met) + row_number() over (order by visit_id),
    weekday(inspected_on + 3),
    weekday(inspected_on + 7),
    format('演示·检查员{:05d}', (lead_unit_id - 1) * 4 + 1),
    weekday(inspected_on + 8),
    'correction_ordered'
from met
where visit_id % 2000 = 0
order by 1;

insert into result_outcome
select (select max(draw_id) from launch) + row_number() over (order by visit_id), object_id, lead_unit_id, item_id, 'other_violation'
from met
where visit_id % 2000 = 0
order by 1;

-- Rows added later by hand take their ids from the sequences: move them on behind what was numbered here.
select max(nextval('unit_seq')) from range(getvariable('units'));
select max(nextval('scope_seq')) from range(getvariable('bureaus') * (getvariable('pools') + 1));
select max(nextval('item_seq')) from range(getvariable('bureaus') * 60);
select max(nextval('plan_seq')) from range(getvariable('bureaus') * 4);
select max(nextval('task_seq')) from range(getvariable('tasks'));
select max(nextval('inspector_seq')) from range(getvariable('units') * 4);
select max(nextval('draw_seq')) from draw;
select max(nextval('visit_seq')) from visit;
