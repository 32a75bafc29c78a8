-- The data contract: every table the product reads or writes, with its keys, checks and a comment on every column.
-- Proportions are DECIMAL(9, 6) in [0, 1]; dates are DATE; counts are whole numbers; NULL means "the source said nothing".
-- Surrogate ids (…_id INTEGER) never enter a draw: an object is known by its natural key object_id.

create type plan_kind as enum('internal', 'joint');
create type unit_kind as enum('section', 'department');
create type draw_type as enum('conditional', 'unconditional');
create type item_class as enum('key', 'general');
create type rate_op as enum('=', '>=', '>');
create type risk_class_code as enum('A', 'B', 'C', 'D', 'E', 'none');
create type rate_origin as enum('notice', 'policy', 'scenario');
create type object_kind as enum('enterprise', 'individual', 'institution', 'project', 'permit', 'other');
create type object_status as enum('active', 'suspended', 'closed', 'moved');
create type draw_basis as enum('random', 'full', 'complaint', 'campaign', 'daily');
create type draw_kind as enum('official', 'trial');
create type outcome_code as enum(
    'no_problem', 'not_disclosed', 'false_disclosure', 'unreachable', 'other_violation', 'corrected', 'no_activity',
    'closed_down', 'refused', 'deregistered', 'licence_revoked', 'registration_cancelled', 'moved_away'
);
create type follow_up_code as enum(
    'none_needed', 'stopped_and_reported', 'correction_ordered', 'case_transferred', 'other_department_notified', 'other'
);
create type severity_code as enum('error', 'waiting', 'warning', 'note');
create type import_status as enum('complete', 'partial', 'rejected', 'undone', 'waiting');

create sequence bureau_seq;
create sequence unit_seq;
create sequence plan_seq;
create sequence revision_seq;
create sequence task_seq;
create sequence item_seq;
create sequence scope_seq;
create sequence inspector_seq;
create sequence draw_seq;
create sequence visit_seq;
create sequence issue_seq;
create sequence setting_seq;
create sequence rubric_seq;
create sequence scenario_seq;
create sequence import_seq;

-- ---------------------------------------------------------------- housekeeping that others refer to
create table import_file (
    file_sha256 varchar primary key check (length(file_sha256) = 64),
    name varchar not null,
    kind varchar not null check (
        kind in (
            'notice', 'item_list', 'object_directory', 'class_list', 'inspector_directory', 'recusals', 'draws', 'results', 'synthetic'
        )
    ),
    status import_status not null,
    rows_read integer not null check (rows_read >= 0),
    rows_kept integer not null check (rows_kept between 0 and rows_read),
    imported_at timestamp not null
);

create table import_issue (
    issue_id integer primary key default nextval('issue_seq'),
    file_sha256 varchar not null references import_file (file_sha256),
    "row" integer check ("row" >= 0),
    field varchar,
    code varchar not null,
    severity severity_code not null,
    message varchar not null,
    parameters varchar not null default '{}'
);

-- ---------------------------------------------------------------- bureaus and units
create table bureau (
    bureau_id integer primary key default nextval('bureau_seq'),
    name varchar not null unique check (trim(name) <> ''),
    region varchar
);

create table unit (
    unit_id integer primary key default nextval('unit_seq'),
    bureau_id integer references bureau (bureau_id),
    name varchar not null check (trim(name) <> ''),
    kind unit_kind not null,
    region varchar,
    unique (bureau_id, region, name)
);

create table unit_alias (
    bureau_id integer not null references bureau (bureau_id),
    alias varchar not null check (trim(alias) <> ''),
    unit_id integer not null references unit (unit_id),
    primary key (bureau_id, alias)
);

create table membership (
    bureau_id integer not null references bureau (bureau_id),
    unit_id integer not null references unit (unit_id),
    year smallint not null check (year between 2000 and 2100),
    primary key (bureau_id, unit_id, year)
);

-- ---------------------------------------------------------------- imports, row by row, so that one can be undone
create table import (
    import_id integer primary key default nextval('import_seq'),
    file_sha256 varchar not null references import_file (file_sha256),
    kind varchar not null,
    bureau_id integer references bureau (bureau_id),
    actor varchar not null,
    imported_at timestamp not null,
    rows_new integer not null check (rows_new >= 0),
    rows_changed integer not null check (rows_changed >= 0),
    rows_unchanged integer not null check (rows_unchanged >= 0),
    rows_rejected integer not null check (rows_rejected >= 0),
    undone_at timestamp,
    undone_by varchar,
    rows_waiting integer not null default 0 check (rows_waiting >= 0),
    ledger varchar
);

-- No key and no reference: a million rows go in with one file, and an index would hold them all in memory.
create table import_change (
    import_id integer not null,
    table_name varchar not null,
    row_key varchar not null,
    before varchar,
    after varchar,
    check (before is not null or after is not null)
);

-- ---------------------------------------------------------------- plans
create table scope (
    scope_id integer primary key default nextval('scope_seq'),
    bureau_id integer not null references bureau (bureau_id),
    name varchar not null check (trim(name) <> ''),
    unique (bureau_id, name)
);

create table plan (
    plan_id integer primary key default nextval('plan_seq'),
    bureau_id integer not null references bureau (bureau_id),
    year smallint not null check (year between 2000 and 2100),
    kind plan_kind not null,
    title varchar not null,
    doc_no varchar,
    issued_on date,
    published_on date,
    source_file varchar,
    source_sha256 varchar references import_file (file_sha256),
    unique (bureau_id, year, kind, doc_no)
);

create table plan_revision (
    revision_id integer primary key default nextval('revision_seq'),
    plan_id integer not null references plan (plan_id),
    ordinal integer not null check (ordinal >= 1),
    title varchar not null,
    doc_no varchar,
    issued_on date,
    in_force_on date not null,
    source_file varchar not null,
    source_sha256 varchar not null references import_file (file_sha256),
    unique (plan_id, ordinal)
);

create table task (
    task_id integer primary key default nextval('task_seq'),
    plan_id integer not null references plan (plan_id),
    seq integer not null check (seq >= 1),
    name varchar not null check (trim(name) <> ''),
    plan_name varchar,
    field varchar,
    draw_type draw_type,
    item_class item_class,
    -- No foreign keys for what a revision or a person changes: DuckDB updates a key column by deleting and inserting the row, which a
    -- referenced task does not allow. What they refer to is kept by store/rows.py (`UNENFORCED`).
    scope_id integer,
    scope_text varchar,
    draw_scope_id integer,
    rate decimal(9, 6) check (rate between 0 and 1),
    rate_op rate_op,
    rate_max decimal(9, 6) check (rate_max between 0 and 1),
    rate_text varchar,
    quota integer check (quota >= 0),
    times_per_year integer check (times_per_year >= 1),
    starts_on date,
    ends_on date,
    period_text varchar,
    pool_stated integer check (pool_stated >= 0),
    risk_rule varchar,
    initiating_unit_id integer,
    lead_unit_id integer,
    checking_body varchar,
    added_revision_id integer,
    added_on date,
    changed_revision_id integer,
    valid_from date,
    withdrawn_revision_id integer,
    unique (plan_id, seq),
    check ((added_revision_id is null) = (added_on is null)),
    check ((changed_revision_id is null) = (valid_from is null)),
    check ((rate is null) = (rate_op is null)),
    check (rate_max is null or rate is null or rate_max >= rate),
    check (ends_on is null or starts_on is null or ends_on >= starts_on)
);

create table task_partner (
    task_id integer not null references task (task_id),
    unit_id integer not null references unit (unit_id),
    primary key (task_id, unit_id)
);

create table item (
    item_id integer primary key default nextval('item_seq'),
    bureau_id integer not null references bureau (bureau_id),
    name varchar not null check (trim(name) <> ''),
    item_class item_class,
    legal_basis varchar,
    unique (bureau_id, name)
);

create table task_item (
    task_id integer not null references task (task_id),
    item_id integer not null references item (item_id),
    unit_id integer not null references unit (unit_id),
    primary key (task_id, item_id, unit_id)
);

create table task_class_rate (
    task_id integer not null references task (task_id),
    class risk_class_code not null,
    rate decimal(9, 6) check (rate between 0 and 1),
    rate_op rate_op,
    quota integer check (quota >= 0),
    times_per_year integer check (times_per_year >= 1),
    origin rate_origin not null,
    primary key (task_id, class),
    check (rate is not null or quota is not null)
);

-- What a task said until a revision changed it, in the columns of the four tables above.
create table past_task (
    task_id integer not null references task (task_id),
    revision_id integer not null references plan_revision (revision_id),
    name varchar not null,
    plan_name varchar,
    field varchar,
    draw_type draw_type,
    item_class item_class,
    scope_id integer,
    scope_text varchar,
    draw_scope_id integer,
    rate decimal(9, 6),
    rate_op rate_op,
    rate_max decimal(9, 6),
    rate_text varchar,
    quota integer,
    times_per_year integer,
    starts_on date,
    ends_on date,
    period_text varchar,
    pool_stated integer,
    risk_rule varchar,
    initiating_unit_id integer,
    lead_unit_id integer,
    checking_body varchar,
    changed_revision_id integer,
    valid_from date not null,
    -- The same day where two revisions hold from one day on: what the first of them said held on none.
    valid_until date not null check (valid_until >= valid_from),
    withdrawn_revision_id integer,
    primary key (task_id, revision_id)
);

create table past_task_partner (
    task_id integer not null references task (task_id),
    revision_id integer not null references plan_revision (revision_id),
    unit_id integer not null references unit (unit_id),
    primary key (task_id, revision_id, unit_id)
);

create table past_task_item (
    task_id integer not null references task (task_id),
    revision_id integer not null references plan_revision (revision_id),
    item_id integer not null references item (item_id),
    unit_id integer not null references unit (unit_id),
    primary key (task_id, revision_id, item_id, unit_id)
);

create table past_task_class_rate (
    task_id integer not null references task (task_id),
    revision_id integer not null references plan_revision (revision_id),
    class risk_class_code not null,
    rate decimal(9, 6),
    rate_op rate_op,
    quota integer,
    times_per_year integer,
    origin rate_origin not null,
    primary key (task_id, revision_id, class)
);

-- ---------------------------------------------------------------- directories
create table object (
    object_id varchar primary key check (length(object_id) between 1 and 64),
    name varchar not null check (trim(name) <> ''),
    kind object_kind not null,
    industry varchar,
    region varchar,
    status object_status not null,
    is_market_entity boolean not null,
    initials varchar
);

create table object_scope (
    object_id varchar not null references object (object_id),
    scope_id integer not null references scope (scope_id),
    primary key (object_id, scope_id)
);

create table risk_class (
    object_id varchar not null references object (object_id),
    class risk_class_code not null check (class <> 'none'),
    valid_from date not null,
    valid_to date,
    source varchar,
    primary key (object_id, valid_from),
    check (valid_to is null or valid_to > valid_from)
);

create table inspector (
    inspector_id integer primary key default nextval('inspector_seq'),
    name varchar not null check (trim(name) <> ''),
    unit_id integer not null references unit (unit_id),
    certificate_no varchar not null unique,
    is_civil_servant boolean not null,
    active boolean not null,
    is_certified boolean not null default true
);

create table recusal (
    inspector_id integer not null references inspector (inspector_id),
    object_id varchar not null references object (object_id),
    reason varchar not null,
    primary key (inspector_id, object_id)
);

-- ---------------------------------------------------------------- draws and results
create table draw (
    draw_id integer primary key default nextval('draw_seq'),
    task_id integer references task (task_id),
    ordinal integer not null check (ordinal >= 1),
    drawn_at timestamp not null,
    basis draw_basis not null,
    kind draw_kind not null,
    method varchar not null,
    stratified boolean not null,
    rotation boolean not null,
    seed varchar,
    seed_nonce varchar,
    frame_nonce varchar,
    seed_commitment varchar,
    frame_commitment varchar,
    frame_size integer not null check (frame_size >= 0),
    quota integer check (quota between 0 and frame_size),
    frozen_at timestamp check (frozen_at <= drawn_at),
    replaces_draw_id integer references draw (draw_id),
    reason varchar,
    terms varchar,
    terms_nonce varchar,
    terms_commitment varchar,
    unique (task_id, kind, ordinal),
    check ((terms is null) = (terms_commitment is null) and (terms is null) = (terms_nonce is null)),
    check (seed is null or (strpos(seed, ',') = 0 and strpos(seed, chr(10)) = 0)),
    check (replaces_draw_id is null or reason is not null),
    check (quota is null or not stratified),
    check (task_id is not null or basis in ('complaint', 'campaign', 'daily'))
);

create table draw_act (
    draw_id integer not null references draw (draw_id),
    step integer not null check (step >= 1),
    done_at timestamp not null,
    quota integer check (quota >= 0),
    matching varchar,
    primary key (draw_id, step)
);

create table draw_quota (
    draw_id integer not null references draw (draw_id),
    class risk_class_code not null,
    pool integer not null check (pool >= 0),
    quota integer not null check (quota between 0 and pool),
    primary key (draw_id, class)
);

create table frame (
    draw_id integer not null references draw (draw_id),
    object_id varchar not null references object (object_id),
    class risk_class_code not null,
    position integer not null check (position >= 1),
    passed_over boolean not null default false,
    primary key (draw_id, object_id)
);

create table draw_object (
    draw_id integer not null references draw (draw_id),
    object_id varchar not null references object (object_id),
    class risk_class_code not null,
    place integer not null check (place >= 1),
    substitute_for varchar references object (object_id),
    reason varchar,
    primary key (draw_id, object_id),
    check (substitute_for is null or reason is not null)
);

create table draw_inspector (
    draw_id integer not null references draw (draw_id),
    object_id varchar not null references object (object_id),
    inspector_id integer not null references inspector (inspector_id),
    primary key (draw_id, object_id, inspector_id)
);

create table visit (
    visit_id integer primary key default nextval('visit_seq'),
    object_id varchar not null references object (object_id),
    visited_on date not null
);

create table result (
    draw_id integer not null references draw (draw_id),
    object_id varchar not null references object (object_id),
    unit_id integer not null references unit (unit_id),
    visit_id integer references visit (visit_id),
    inspected_on date,
    entered_on date,
    entered_by varchar,
    published_on date,
    follow_up follow_up_code,
    handled_on date,
    closed_on date,
    primary key (draw_id, object_id, unit_id),
    check (entered_on is null or inspected_on is not null),
    check (entered_on is null or entered_on >= inspected_on),
    check (published_on is null or entered_on is not null),
    check (published_on is null or published_on >= entered_on),
    check (closed_on is null or handled_on is not null),
    check (closed_on is null or closed_on >= handled_on)
);

create table result_outcome (
    draw_id integer not null,
    object_id varchar not null,
    unit_id integer not null,
    item_id integer not null references item (item_id),
    outcome outcome_code not null,
    primary key (draw_id, object_id, unit_id, item_id, outcome),
    foreign key (draw_id, object_id, unit_id) references result (draw_id, object_id, unit_id)
);

create table visit_outcome (
    draw_id integer not null,
    object_id varchar not null,
    unit_id integer not null,
    outcome outcome_code not null,
    primary key (draw_id, object_id, unit_id, outcome),
    foreign key (draw_id, object_id, unit_id) references result (draw_id, object_id, unit_id)
);

create table outcome_meaning (
    outcome outcome_code primary key,
    is_problem boolean not null
);

insert into outcome_meaning values
('no_problem', false), ('not_disclosed', true), ('false_disclosure', true), ('unreachable', true), ('other_violation', true),
('corrected', true), ('no_activity', false), ('closed_down', false), ('refused', true), ('deregistered', false),
('licence_revoked', false), ('registration_cancelled', false), ('moved_away', false);

-- ---------------------------------------------------------------- housekeeping
create table working_day (
    day date primary key,
    is_working boolean not null,
    is_published boolean not null,
    ordinal integer not null check (ordinal >= 0)
);

create table setting (
    setting_id integer primary key default nextval('setting_seq'),
    key varchar not null,
    value varchar not null,
    bureau_id integer references bureau (bureau_id),
    valid_from date not null,
    unique (key, bureau_id, valid_from)
);

create table rubric (
    rubric_id integer primary key default nextval('rubric_seq'),
    name varchar not null,
    version integer not null check (version >= 1),
    definition varchar not null,
    created_at timestamp not null,
    unique (name, version)
);

create table evaluation_override (
    bureau_id integer not null references bureau (bureau_id),
    unit_id integer not null references unit (unit_id),
    year smallint not null,
    grade varchar not null check (grade in ('excellent', 'good', 'fair', 'poor', 'not_applicable')),
    reason varchar not null check (trim(reason) <> ''),
    decided_by varchar not null,
    decided_at timestamp not null,
    primary key (bureau_id, unit_id, year)
);

create table evaluation_note (
    bureau_id integer not null references bureau (bureau_id),
    unit_id integer not null references unit (unit_id),
    year smallint not null,
    note varchar not null check (trim(note) <> ''),
    written_by varchar not null,
    written_at timestamp not null,
    primary key (bureau_id, unit_id, year)
);

create table proposal (
    bureau_id integer not null references bureau (bureau_id),
    year smallint not null,
    scope_id integer not null references scope (scope_id),
    class risk_class_code not null,
    pool integer not null check (pool >= 0),
    quota integer not null check (quota between 0 and pool),
    rate decimal(9, 6) not null check (rate between 0 and 1),
    draws integer not null check (draws >= 1),
    decided_by varchar not null,
    decided_at timestamp not null,
    primary key (bureau_id, year, scope_id, class)
);

create table scenario (
    scenario_id integer primary key default nextval('scenario_seq'),
    name varchar not null unique,
    bureau_id integer references bureau (bureau_id),
    year smallint,
    definition varchar not null,
    data_version varchar not null,
    saved_at timestamp not null
);

create table import_decision (
    bureau_id integer not null references bureau (bureau_id),
    layout varchar not null,
    code varchar not null,
    subject varchar not null,
    value varchar not null,
    primary key (bureau_id, layout, code, subject)
);

create table column_mapping (
    kind varchar not null,
    header varchar not null,
    "column" varchar not null,
    primary key (kind, header)
);

create table change_log (
    seq bigint primary key check (seq >= 1),
    logged_at timestamp not null,
    actor varchar not null,
    action varchar not null,
    subject varchar not null,
    before varchar,
    after varchar,
    source_file varchar,
    previous_hash varchar not null,
    hash varchar not null unique check (length(hash) = 64)
);

-- ---------------------------------------------------------------- what counts (docs/field.md, "Counting rules"), said once for every query

-- One row per bureau and year of a plan: the rules in force on the first day of the year, as in settings_in_force.sql. A bureau's own
-- value beats the general one, a newer one an older one; an empty value says that no such rule holds any more.
create view year_rule as
select
    plan.bureau_id,
    plan.year,
    try_cast(
        arg_max(setting.value, (setting.bureau_id is not null, setting.valid_from, setting.setting_id))
        filter (where setting.key = 'publication_working_days') as integer
    ) as publication_days,
    nullif(
        arg_max(setting.value, (setting.bureau_id is not null, setting.valid_from, setting.setting_id))
        filter (where setting.key = 'plan_published_by'), ''
    ) as plan_published_by
from plan
inner join setting
    on
        setting.valid_from <= make_date(cast(plan.year as integer), 1, 1)
        and (
            setting.bureau_id = plan.bureau_id
            -- Where many files are read together, a rule for everywhere is for the bureaus of its own file, whose ids share the upper bits.
            or (
                setting.bureau_id is null
                and floor(setting.setting_id / 4294967296) = floor(plan.bureau_id / 4294967296)
            )
        )
where setting.key in ('publication_working_days', 'plan_published_by')
group by plan.bureau_id, plan.year;

-- One row per working day by its number.
create view numbered_working_day as
select
    working_day.ordinal,
    max(working_day.day) as day
from working_day
where working_day.is_working
group by working_day.ordinal;

-- One row per official draw that stands: not a trial, not replaced by a re-draw.
create view standing_draw as
select
    draw.draw_id,
    draw.task_id,
    draw.ordinal,
    draw.drawn_at,
    cast(draw.drawn_at as date) as drawn_on,
    draw.basis,
    draw.stratified,
    draw.rotation,
    draw.frame_size
from draw
left join draw as successor on draw.draw_id = successor.replaces_draw_id and successor.kind = 'official'
where draw.kind = 'official' and successor.draw_id is null;

-- One row per task and edition of what the plan says of it: 0 is the newest, the others bear the number of the revision that ended them.
create view task_edition as
select
    task.task_id,
    0 as edition,
    task.plan_id,
    task.seq,
    task.name,
    task.plan_name,
    task.field,
    task.draw_type,
    task.item_class,
    task.scope_id,
    task.scope_text,
    task.draw_scope_id,
    task.rate,
    task.rate_op,
    task.rate_max,
    task.rate_text,
    task.quota,
    task.times_per_year,
    task.starts_on,
    task.ends_on,
    task.period_text,
    task.pool_stated,
    task.risk_rule,
    task.initiating_unit_id,
    task.lead_unit_id,
    task.checking_body,
    task.added_on,
    coalesce(task.valid_from, cast('0001-01-01' as date)) as valid_from,
    cast('9999-12-31' as date) as valid_until,
    task.withdrawn_revision_id is not null as is_withdrawn,
    task.changed_revision_id as since_revision_id
from task
union all
select
    past_task.task_id,
    past_task.revision_id as edition,
    task.plan_id,
    task.seq,
    past_task.name,
    past_task.plan_name,
    past_task.field,
    past_task.draw_type,
    past_task.item_class,
    past_task.scope_id,
    past_task.scope_text,
    past_task.draw_scope_id,
    past_task.rate,
    past_task.rate_op,
    past_task.rate_max,
    past_task.rate_text,
    past_task.quota,
    past_task.times_per_year,
    past_task.starts_on,
    past_task.ends_on,
    past_task.period_text,
    past_task.pool_stated,
    past_task.risk_rule,
    past_task.initiating_unit_id,
    past_task.lead_unit_id,
    past_task.checking_body,
    task.added_on,
    past_task.valid_from,
    past_task.valid_until,
    past_task.withdrawn_revision_id is not null as is_withdrawn,
    past_task.changed_revision_id as since_revision_id
from past_task
inner join task on past_task.task_id = task.task_id;

-- One row per task, edition, item that it checks and unit that checks it.
create view task_item_edition as
select
    task_item.task_id,
    0 as edition,
    task_item.item_id,
    task_item.unit_id
from task_item
union all
select
    past_task_item.task_id,
    past_task_item.revision_id as edition,
    past_task_item.item_id,
    past_task_item.unit_id
from past_task_item;

-- One row per task, edition and department that joins it.
create view task_partner_edition as
select
    task_partner.task_id,
    0 as edition,
    task_partner.unit_id
from task_partner
union all
select
    past_task_partner.task_id,
    past_task_partner.revision_id as edition,
    past_task_partner.unit_id
from past_task_partner;

-- One row per task, edition and class with a planned proportion or quota of its own.
create view task_class_rate_edition as
select
    task_class_rate.task_id,
    0 as edition,
    task_class_rate.class,
    task_class_rate.rate,
    task_class_rate.rate_op,
    task_class_rate.quota,
    task_class_rate.origin
from task_class_rate
union all
select
    past_task_class_rate.task_id,
    past_task_class_rate.revision_id as edition,
    past_task_class_rate.class,
    past_task_class_rate.rate,
    past_task_class_rate.rate_op,
    past_task_class_rate.quota,
    past_task_class_rate.origin
from past_task_class_rate;

-- One row per task, whatever became of it, with the values in force on the day asked for. What a plan says depends on that day: a view
-- takes no parameter, so it reads the variable as_of, set from the question's parameter of that name (store/database.py); without it the
-- newest values hold.
create view task_in_force as
select
    task.task_id,
    coalesce(past_task.revision_id, 0) as edition,
    task.plan_id,
    task.seq,
    case when past_task.task_id is null then task.name else past_task.name end as name,
    case when past_task.task_id is null then task.plan_name else past_task.plan_name end as plan_name,
    case when past_task.task_id is null then task.field else past_task.field end as field,
    case when past_task.task_id is null then task.draw_type else past_task.draw_type end as draw_type,
    case when past_task.task_id is null then task.item_class else past_task.item_class end as item_class,
    case when past_task.task_id is null then task.scope_id else past_task.scope_id end as scope_id,
    case when past_task.task_id is null then task.scope_text else past_task.scope_text end as scope_text,
    case when past_task.task_id is null then task.draw_scope_id else past_task.draw_scope_id end as draw_scope_id,
    case when past_task.task_id is null then task.rate else past_task.rate end as rate,
    case when past_task.task_id is null then task.rate_op else past_task.rate_op end as rate_op,
    case when past_task.task_id is null then task.rate_max else past_task.rate_max end as rate_max,
    case when past_task.task_id is null then task.rate_text else past_task.rate_text end as rate_text,
    case when past_task.task_id is null then task.quota else past_task.quota end as quota,
    case when past_task.task_id is null then task.times_per_year else past_task.times_per_year end as times_per_year,
    case when past_task.task_id is null then task.starts_on else past_task.starts_on end as starts_on,
    case when past_task.task_id is null then task.ends_on else past_task.ends_on end as ends_on,
    case when past_task.task_id is null then task.period_text else past_task.period_text end as period_text,
    case when past_task.task_id is null then task.pool_stated else past_task.pool_stated end as pool_stated,
    case when past_task.task_id is null then task.risk_rule else past_task.risk_rule end as risk_rule,
    case when past_task.task_id is null then task.initiating_unit_id else past_task.initiating_unit_id end as initiating_unit_id,
    case when past_task.task_id is null then task.lead_unit_id else past_task.lead_unit_id end as lead_unit_id,
    case when past_task.task_id is null then task.checking_body else past_task.checking_body end as checking_body,
    task.added_on,
    case when past_task.task_id is null then task.withdrawn_revision_id else past_task.withdrawn_revision_id end is not null
        as is_withdrawn,
    plan.bureau_id,
    plan.year,
    plan.kind as plan_kind
from task
inner join plan on task.plan_id = plan.plan_id
left join past_task
    on
        task.task_id = past_task.task_id
        and past_task.valid_from <= cast(getvariable('as_of') as date)
        and past_task.valid_until > cast(getvariable('as_of') as date);

-- One row per task of a plan, with who launches it (发起, else 牵头) and the pool to draw from. What the plan does not hold on the day asked
-- for is none of its tasks, unless something was drawn on it by then: that is due whatever the plan says.
create view planned_task as
select
    task_in_force.task_id,
    task_in_force.edition,
    task_in_force.plan_id,
    task_in_force.bureau_id,
    task_in_force.year,
    task_in_force.plan_kind,
    task_in_force.seq,
    task_in_force.name as task,
    task_in_force.starts_on,
    task_in_force.ends_on,
    task_in_force.lead_unit_id,
    coalesce(task_in_force.initiating_unit_id, task_in_force.lead_unit_id) as launching_unit_id,
    coalesce(task_in_force.draw_scope_id, task_in_force.scope_id) as scope_id
from task_in_force
where
    (
        not task_in_force.is_withdrawn
        and coalesce(task_in_force.added_on <= coalesce(cast(getvariable('as_of') as date), cast('9999-12-30' as date)), true)
    )
    or task_in_force.task_id in (
        select draw.task_id from draw
        where
            draw.kind = 'official'
            and draw.basis in ('random', 'full')
            and cast(draw.drawn_at as date) <= coalesce(cast(getvariable('as_of') as date), cast('9999-12-30' as date))
    );

-- One row per standing draw of a planned task, 100 % draws (basis full) included; complaint-driven, campaign and daily
-- inspections are left out. It reads no more of the plan than visits need: most questions count visits, and pay for every column and join.
create view drawn_task as
select
    standing_draw.draw_id,
    standing_draw.task_id,
    case when past_task.task_id is null then task.name else past_task.name end as task,
    task.seq,
    case when past_task.task_id is null then task.starts_on else past_task.starts_on end as starts_on,
    case when past_task.task_id is null then task.ends_on else past_task.ends_on end as ends_on,
    case
        when past_task.task_id is null then coalesce(task.draw_scope_id, task.scope_id)
        else coalesce(past_task.draw_scope_id, past_task.scope_id)
    end as scope_id,
    task.plan_id,
    plan.bureau_id,
    plan.year,
    plan.kind as plan_kind,
    standing_draw.drawn_on,
    standing_draw.basis,
    standing_draw.stratified,
    standing_draw.frame_size
from standing_draw
inner join task on standing_draw.task_id = task.task_id
inner join plan on task.plan_id = plan.plan_id
left join past_task
    on
        task.task_id = past_task.task_id
        and past_task.valid_from <= cast(getvariable('as_of') as date)
        and past_task.valid_until > cast(getvariable('as_of') as date)
where standing_draw.basis in ('random', 'full');

-- One row per standing draw of a planned task with its pool, which is that of the plan on the day of the draw.
create view planned_draw as
select
    drawn_task.draw_id,
    drawn_task.task_id,
    drawn_task.task,
    drawn_task.seq,
    drawn_task.starts_on,
    drawn_task.ends_on,
    case
        when past_task.task_id is null then drawn_task.scope_id else coalesce(past_task.draw_scope_id, past_task.scope_id)
    end as scope_id,
    drawn_task.plan_id,
    drawn_task.bureau_id,
    drawn_task.year,
    drawn_task.plan_kind,
    drawn_task.drawn_on,
    drawn_task.basis,
    drawn_task.stratified,
    drawn_task.frame_size
from drawn_task
left join past_task
    on
        drawn_task.task_id = past_task.task_id
        and drawn_task.drawn_on >= past_task.valid_from
        and drawn_task.drawn_on < past_task.valid_until;

-- One row per planned task and pool that it was drawn from, with the first of those draws: its frame is that pool as it was frozen.
create view pool_draw as
select
    planned_draw.bureau_id,
    planned_draw.year,
    planned_draw.task_id,
    planned_draw.scope_id,
    arg_min(planned_draw.draw_id, (planned_draw.drawn_on, planned_draw.draw_id)) as draw_id
from planned_draw
group by planned_draw.bureau_id, planned_draw.year, planned_draw.task_id, planned_draw.scope_id;

-- One row per task of a plan with its launch (发起), the first standing draw. An act is judged by the plan of its day, whichever day one asks
-- for: in time it stays in time though a later revision shortens the window, and late it stays late.
create view launched_task as
with first_draw as (
    select
        standing_draw.task_id,
        min(standing_draw.drawn_on) as drawn_on
    from standing_draw
    where standing_draw.basis in ('random', 'full')
    group by standing_draw.task_id
)

select
    planned_task.task_id,
    planned_task.edition,
    planned_task.plan_id,
    planned_task.bureau_id,
    planned_task.year,
    planned_task.plan_kind,
    planned_task.seq,
    planned_task.task,
    planned_task.starts_on,
    planned_task.ends_on,
    planned_task.lead_unit_id,
    case
        when past_task.task_id is null then planned_task.launching_unit_id
        else coalesce(past_task.initiating_unit_id, past_task.lead_unit_id)
    end as launching_unit_id,
    planned_task.scope_id,
    case when past_task.task_id is null then planned_task.starts_on else past_task.starts_on end as opens_on,
    case when past_task.task_id is null then planned_task.ends_on else past_task.ends_on end as closes_on,
    first_draw.drawn_on as launched_on,
    case
        when first_draw.drawn_on > closes_on then 'late'
        when first_draw.drawn_on < opens_on then 'early'
        when first_draw.drawn_on is not null then 'in_time'
    end as launch,
    -- A task without a first day has no window to be in.
    coalesce(first_draw.drawn_on between opens_on and coalesce(closes_on, first_draw.drawn_on), false) as launched_in_time
from planned_task
left join first_draw on planned_task.task_id = first_draw.task_id
left join past_task
    on
        planned_task.task_id = past_task.task_id
        and first_draw.drawn_on >= past_task.valid_from
        and first_draw.drawn_on < past_task.valid_until
        -- What is drawn after the day asked for is still to be launched on it.
        and first_draw.drawn_on <= coalesce(cast(getvariable('as_of') as date), cast('9999-12-30' as date));

-- One row per standing random draw of a planned task whose frame is known: whether any object of it had a class. A draw of everybody
-- (100 %) leaves no class less than the whole: there is nothing that quotas by class could have changed.
create view framed_draw as
select
    drawn_task.draw_id,
    drawn_task.task_id,
    drawn_task.bureau_id,
    drawn_task.year,
    drawn_task.drawn_on,
    drawn_task.stratified,
    max(case when frame.class <> 'none' then 1 else 0 end) = 1 as has_classes
from drawn_task
inner join frame on drawn_task.draw_id = frame.draw_id
where drawn_task.basis = 'random'
group by
    drawn_task.draw_id, drawn_task.task_id, drawn_task.bureau_id, drawn_task.year, drawn_task.drawn_on, drawn_task.stratified;

-- One row per object in the frame of a standing draw of a planned task, with the stratum it was drawn in: its class where the draw
-- had class quotas, else `all`.
create view drawn_stratum as
select
    drawn_task.draw_id,
    drawn_task.bureau_id,
    drawn_task.year,
    drawn_task.drawn_on,
    drawn_task.basis,
    frame.object_id,
    frame.class,
    frame.position,
    frame.passed_over,
    case when drawn_task.stratified then cast(frame.class as varchar) else 'all' end as stratum
from frame
inner join drawn_task on frame.draw_id = drawn_task.draw_id;

-- One row per department that must check the objects of a task: the departments its items name, else its lead unit.
create view task_checker as
select distinct
    task_in_force.task_id,
    coalesce(task_item_edition.unit_id, task_in_force.lead_unit_id) as unit_id
from task_in_force
left join task_item_edition on task_in_force.task_id = task_item_edition.task_id and task_in_force.edition = task_item_edition.edition
where task_item_edition.unit_id is not null or task_in_force.lead_unit_id is not null;

-- One row per task, edition and department that the edition has check its objects, with the days on which it held.
create view task_checker_edition as
select distinct
    task.task_id,
    0 as edition,
    coalesce(task_item.unit_id, task.lead_unit_id) as unit_id,
    coalesce(task.valid_from, cast('0001-01-01' as date)) as valid_from,
    cast('9999-12-31' as date) as valid_until
from task
left join task_item on task.task_id = task_item.task_id
where task_item.unit_id is not null or task.lead_unit_id is not null
union all
select distinct
    past_task.task_id,
    past_task.revision_id as edition,
    coalesce(past_task_item.unit_id, past_task.lead_unit_id) as unit_id,
    past_task.valid_from,
    past_task.valid_until
from past_task
left join past_task_item on past_task.task_id = past_task_item.task_id and past_task.revision_id = past_task_item.revision_id
where past_task_item.unit_id is not null or past_task.lead_unit_id is not null;

-- One row per department that must check the objects of a task on the day asked for (ended: false), or had to in the days from valid_from
-- on and before valid_until, which a revision has ended.
create view visit_checker as
with latest as (
    select
        task_checker_edition.task_id,
        task_checker_edition.unit_id,
        task_checker_edition.valid_from,
        task_checker_edition.valid_until,
        max(task_checker_edition.valid_until) over (partition by task_checker_edition.task_id, task_checker_edition.unit_id) as last_until
    from task_checker_edition
    where task_checker_edition.valid_from <= coalesce(cast(getvariable('as_of') as date), cast('9999-12-30' as date))
)

select
    latest.task_id,
    latest.unit_id,
    latest.valid_from,
    latest.valid_until,
    latest.valid_until <= coalesce(cast(getvariable('as_of') as date), cast('9999-12-30' as date)) as ended
from latest
where
    latest.valid_until > coalesce(cast(getvariable('as_of') as date), cast('9999-12-30' as date))
    or latest.last_until <= coalesce(cast(getvariable('as_of') as date), cast('9999-12-30' as date));

-- One row per drawn object and department that owes it no visit: a revision has put it in the place of one that had inspected the object
-- by then. Who had to check it on the day of that inspection as well, beside the other, still owes its own.
create view taken_over_visit as
select distinct
    result.draw_id,
    result.object_id,
    successor.unit_id
from visit_checker as former
inner join draw on former.task_id = draw.task_id
inner join result
    on
        draw.draw_id = result.draw_id
        and former.unit_id = result.unit_id
        and result.inspected_on >= former.valid_from
        and result.inspected_on < former.valid_until
inner join visit_checker as successor on former.task_id = successor.task_id and not successor.ended
left join task_checker_edition as beside
    on
        successor.task_id = beside.task_id
        and successor.unit_id = beside.unit_id
        and result.inspected_on >= beside.valid_from
        and result.inspected_on < beside.valid_until
where former.ended and beside.task_id is null;

-- One row per object that a draw locked and no substitute stands in for, whether or not the draw stands.
create view kept_object as
select
    draw_object.draw_id,
    draw_object.object_id,
    draw_object.class,
    draw_object.place
from draw_object
left join draw_object as stand_in
    on draw_object.draw_id = stand_in.draw_id and draw_object.object_id = stand_in.substitute_for
where stand_in.object_id is null;

-- One row per object that a standing draw locked and no substitute stands in for.
create view locked_object as
select
    kept_object.draw_id,
    kept_object.object_id,
    kept_object.class,
    kept_object.place
from kept_object
inner join standing_draw on kept_object.draw_id = standing_draw.draw_id;

-- One row per bureau and unit that works for it: its own sections, and whoever was ever in its scope.
create view bureau_unit as
select
    unit.bureau_id,
    unit.unit_id
from unit
where unit.bureau_id is not null
union
select
    membership.bureau_id,
    membership.unit_id
from membership;

-- One row per object in no pool and bureau whose directory it belongs to: the bureaus with other objects in its township, all of them
-- where nobody has any there or no township is known. Several counties share one register: what lies in another's is not ours to mend.
create view unpooled_object as
with unpooled as (
    select
        object.object_id,
        object.region
    from object
    where not exists (
        select 1 from object_scope
        where object_scope.object_id = object.object_id
    )
),

township as (
    select distinct
        scope.bureau_id,
        object.region
    from object
    inner join object_scope on object.object_id = object_scope.object_id
    inner join scope on object_scope.scope_id = scope.scope_id
),

claimed as (
    select distinct object.region
    from object
    inner join object_scope on object.object_id = object_scope.object_id
    inner join scope on object_scope.scope_id = scope.scope_id
)

select
    unpooled.object_id,
    bureau.bureau_id
from unpooled
cross join bureau
left join township on unpooled.region = township.region and bureau.bureau_id = township.bureau_id
left join claimed on unpooled.region = claimed.region
where township.region is not null or claimed.region is null;

-- One row per item of a result and code by which it showed a problem.
create view problem_item as
select
    result_outcome.draw_id,
    result_outcome.object_id,
    result_outcome.unit_id,
    result_outcome.item_id,
    result_outcome.outcome
from result_outcome
inner join outcome_meaning on result_outcome.outcome = outcome_meaning.outcome
where outcome_meaning.is_problem;

-- One row per result in which at least one item showed a problem.
create view problem_result as
select distinct
    problem_item.draw_id,
    problem_item.object_id,
    problem_item.unit_id
from problem_item;

-- One row per due visit (应检查户次): a locked object of a planned task × department that must check it, with what became of it.
-- 100 % tasks count; complaint-driven, campaign and daily visits do not. Whom the plan in force names must check every drawn object; what a
-- department did while the plan named it stays counted though a revision names another, who need not do it again.
create view due_visit as
select
    drawn_task.bureau_id,
    drawn_task.year,
    drawn_task.plan_kind,
    drawn_task.task_id,
    drawn_task.task,
    drawn_task.starts_on,
    drawn_task.ends_on,
    drawn_task.draw_id,
    drawn_task.drawn_on,
    drawn_task.basis,
    drawn_task.stratified,
    kept_object.object_id,
    kept_object.class,
    visit_checker.unit_id,
    result.visit_id,
    -- An inspection whose visit was not recorded is a door of its own day.
    coalesce(cast(result.visit_id as varchar), result.object_id || ' ' || cast(result.inspected_on as varchar)) as door,
    result.inspected_on,
    result.entered_on,
    result.published_on,
    result.follow_up,
    result.handled_on,
    result.closed_on
from drawn_task
-- These draws stand, so that asking again whether they do (locked_object) would only cost.
inner join kept_object on drawn_task.draw_id = kept_object.draw_id
inner join visit_checker on drawn_task.task_id = visit_checker.task_id
left join result
    on
        drawn_task.draw_id = result.draw_id
        and kept_object.object_id = result.object_id
        and visit_checker.unit_id = result.unit_id
left join taken_over_visit
    on
        drawn_task.draw_id = taken_over_visit.draw_id
        and kept_object.object_id = taken_over_visit.object_id
        and visit_checker.unit_id = taken_over_visit.unit_id
where
    -- What was done all the same counts.
    (not visit_checker.ended and (taken_over_visit.draw_id is null or result.draw_id is not null))
    or (result.inspected_on >= visit_checker.valid_from and result.inspected_on < visit_checker.valid_until);

-- One row per inspection outside the random draws (complaint-driven, campaign, daily) and department that made it. It counts in no rate,
-- but its object has opened the door. An inspection that serves no task is the bureau's whose unit made it.
create view unplanned_visit as
select
    coalesce(task_in_force.bureau_id, bureau_unit.bureau_id) as bureau_id,
    cast(extract(year from result.inspected_on) as smallint) as year,
    standing_draw.draw_id,
    standing_draw.drawn_on,
    standing_draw.basis,
    standing_draw.task_id,
    result.object_id,
    coalesce(cast(draw_object.class as varchar), 'none') as class,
    result.unit_id,
    coalesce(cast(result.visit_id as varchar), result.object_id || ' ' || cast(result.inspected_on as varchar)) as door,
    result.inspected_on
from result
inner join standing_draw on result.draw_id = standing_draw.draw_id
left join task_in_force on standing_draw.task_id = task_in_force.task_id
left join bureau_unit on task_in_force.task_id is null and result.unit_id = bureau_unit.unit_id
left join draw_object on result.draw_id = draw_object.draw_id and result.object_id = draw_object.object_id
where standing_draw.basis not in ('random', 'full') and result.inspected_on is not null;

-- One row per due visit with what the rules make of it. Whether a visit is in time does not depend on the day one asks; whether it was
-- entered, published, handled by then is for the question to compare.
create view judged_visit as
select
    due_visit.bureau_id,
    due_visit.year,
    due_visit.plan_kind,
    due_visit.task_id,
    due_visit.task,
    due_visit.starts_on,
    due_visit.ends_on,
    due_visit.draw_id,
    due_visit.drawn_on,
    due_visit.basis,
    due_visit.stratified,
    due_visit.object_id,
    due_visit.class,
    due_visit.unit_id,
    due_visit.visit_id,
    due_visit.door,
    due_visit.inspected_on,
    due_visit.entered_on,
    due_visit.published_on,
    due_visit.follow_up,
    due_visit.handled_on,
    due_visit.closed_on,
    -- The 20th working day ends that evening: what becomes public on the Saturday after it does so in the 21st.
    publication_day.ordinal
    + case when due_visit.published_on > due_visit.inspected_on and not publication_day.is_working then 1 else 0 end
    - inspection_day.ordinal as working_days_to_publish,
    -- Known once it was inspected; until then only the task's end is. Without either there is no limit.
    case when publication_task.task_id is null then due_visit.ends_on else publication_task.ends_on end as publication_end,
    case
        when last_day.day is null then publication_end
        else least(publication_end, greatest(last_day.day, due_visit.inspected_on))
    end as publish_by,
    case when entry_task.task_id is null then due_visit.ends_on else entry_task.ends_on end as entry_end,
    coalesce(due_visit.entered_on <= coalesce(entry_end, due_visit.entered_on), false) as entered_in_time,
    coalesce(due_visit.published_on <= coalesce(publish_by, due_visit.published_on), false) as published_in_time,
    problem_result.draw_id is not null as is_problem,
    -- What was found is known from the day it was entered.
    case when problem_result.draw_id is not null then due_visit.entered_on end as problem_on,
    case
        when problem_result.draw_id is not null and due_visit.entered_on is not null and due_visit.handled_on is not null
            then greatest(due_visit.entered_on, due_visit.handled_on)
    end as problem_handled_on,
    case
        when problem_result.draw_id is not null and due_visit.entered_on is not null and due_visit.closed_on is not null
            then greatest(due_visit.entered_on, due_visit.closed_on)
    end as problem_closed_on
from due_visit
left join past_task as entry_task
    on
        due_visit.task_id = entry_task.task_id
        and due_visit.entered_on >= entry_task.valid_from
        and due_visit.entered_on < entry_task.valid_until
left join past_task as publication_task
    on
        due_visit.task_id = publication_task.task_id
        and due_visit.published_on >= publication_task.valid_from
        and due_visit.published_on < publication_task.valid_until
        -- What becomes public after the day asked for is still to be published on it.
        and due_visit.published_on <= coalesce(cast(getvariable('as_of') as date), cast('9999-12-30' as date))
left join working_day as inspection_day on due_visit.inspected_on = inspection_day.day
left join working_day as publication_day on due_visit.published_on = publication_day.day
left join year_rule on due_visit.bureau_id = year_rule.bureau_id and due_visit.year = year_rule.year
left join numbered_working_day as last_day on inspection_day.ordinal + year_rule.publication_days = last_day.ordinal
left join problem_result
    on
        due_visit.draw_id = problem_result.draw_id
        and due_visit.object_id = problem_result.object_id
        and due_visit.unit_id = problem_result.unit_id;

-- ---------------------------------------------------------------- what every table and column means

comment on table import_file is 'One file that was imported, or one run of the synthetic generator (导入文件).';
comment on column import_file.file_sha256 is
'SHA-256 of the file''s bytes, 64 lower-case hexadecimal digits: the same file is known again whatever it is called.';
comment on column import_file.name is 'File name as it was given, without its folder.';
comment on column import_file.kind is
'What the file holds: a notice (通知), an item list (事项清单), a directory (名录库), classes, recusals, draws, results, or synthetic data (合成).';
comment on column import_file.status is
'complete: all rows in; partial: some rows left out; rejected: nothing taken over; waiting: nothing until somebody decides.';
comment on column import_file.rows_read is 'Rows found in the file.';
comment on column import_file.rows_kept is 'Rows taken over, at most rows_read.';
comment on column import_file.imported_at is 'When the import was confirmed, local time.';

comment on table import_issue is 'One thing that was off in an imported file, said with its row and field (导入问题).';
comment on column import_issue.issue_id is 'Surrogate key.';
comment on column import_issue.file_sha256 is 'The file it was found in.';
comment on column import_issue."row" is
'Row of the table in the file, counted from 1; 0 for the file as a whole, NULL where no row can be named.';
comment on column import_issue.field is 'Field of the data contract, for example ends_on; NULL for a whole row or file.';
comment on column import_issue.code is 'Code of the issue, a key of the text files.';
comment on column import_issue.severity is
'error: the row was left out; waiting: it stays out until somebody decides; warning: read, but someone should look; note: for information.';
comment on column import_issue.message is 'The sentence as it was shown at the import, in Chinese.';
comment on column import_issue.parameters is
'JSON with what fills the sentence, so that it can be said in another language; never a contact''s name or number.';

comment on table bureau is 'One authority that issues plans (局).';
comment on column bureau.bureau_id is 'Surrogate key.';
comment on column bureau.name is 'Full official name, for example 阳城县自然资源局.';
comment on column bureau.region is 'County or district the bureau is responsible for (行政区域).';

comment on table unit is 'One section of a bureau or one department that leads, joins or checks (股室、单位、部门).';
comment on column unit.unit_id is 'Surrogate key.';
comment on column unit.bureau_id is 'The bureau it belongs to; NULL for an outside department such as 县应急局.';
comment on column unit.name is 'Name as the notices use it most fully; other spellings are in unit_alias.';
comment on column unit.kind is 'section (股室) of a bureau or department (部门).';
comment on column unit.region is 'Region of an outside department, so that two counties'' 市场监管局 stay apart; NULL for sections.';

comment on table import is 'One file put into the database, new or again: who, when, how many rows; the last ones can be undone (撤销导入).';
comment on column import.import_id is 'Surrogate key, in the order of the imports.';
comment on column import.file_sha256 is 'The file.';
comment on column import.kind is 'Kind of file, as in import_file.';
comment on column import.bureau_id is 'The bureau it was imported for.';
comment on column import.actor is 'Who imported it.';
comment on column import.imported_at is 'When, local time.';
comment on column import.rows_new is 'Rows of the file that were not known before.';
comment on column import.rows_changed is 'Rows that changed what was known.';
comment on column import.rows_unchanged is 'Rows that said what was known already.';
comment on column import.rows_rejected is 'Rows left out.';
comment on column import.undone_at is 'When it was undone; NULL while it stands.';
comment on column import.undone_by is 'Who undid it.';
comment on column import.rows_waiting is 'Rows that stayed out until somebody decides what the file leaves open.';
comment on column import.ledger is 'JSON: what became of every row and column of the file; NULL where that was not kept.';

comment on table import_change is 'What an import did to each row of each table, so that it can be undone.';
comment on column import_change.import_id is 'The import.';
comment on column import_change.table_name is 'Table of the row.';
comment on column import_change.row_key is 'Primary key of the row, a JSON object of its columns.';
comment on column import_change.before is 'The row before, JSON; NULL where the import added it.';
comment on column import_change.after is 'The row after, JSON; NULL where the import removed it.';

comment on table unit_alias is 'Another spelling of a unit''s name in one bureau''s documents (别名): 县自然资源局 = 阳城县自然资源局.';
comment on column unit_alias.bureau_id is 'The bureau whose documents use it.';
comment on column unit_alias.alias is 'The name as written there.';
comment on column unit_alias.unit_id is 'The unit it means.';

comment on table membership is
'A unit in scope of a bureau''s year: addressees, leads and partners of the notice, so that units without tasks show (纳入范围的单位).';
comment on column membership.bureau_id is 'The bureau.';
comment on column membership.unit_id is 'The unit in scope.';
comment on column membership.year is 'Calendar year.';

comment on table scope is 'One pool of objects under its normalised name (抽查对象范围); blanks inside a name make no second pool.';
comment on column scope.scope_id is 'Surrogate key.';
comment on column scope.bureau_id is 'The bureau whose directory it is part of.';
comment on column scope.name is 'Normalised name, for example 全县生产矿山企业.';

comment on table plan is 'One annual inspection plan (年度抽查计划), internal or joint, as a notice published it.';
comment on column plan.plan_id is 'Surrogate key.';
comment on column plan.bureau_id is 'The bureau that issued it.';
comment on column plan.year is 'Calendar year the plan is for.';
comment on column plan.kind is 'internal (内部) or joint with other departments (部门联合).';
comment on column plan.title is 'Heading of the plan table.';
comment on column plan.doc_no is 'Document number (文号), for example 阳自然资字〔2023〕11号; NULL where the notice has none.';
comment on column plan.issued_on is 'Date of the document (印发日期).';
comment on column plan.published_on is 'Date of publication (公开日期), entered by hand; NULL while unknown.';
comment on column plan.source_file is 'Name of the imported file; NULL for a synthetic plan.';
comment on column plan.source_sha256 is 'The import it came from.';

comment on table plan_revision is
'One document that revised a plan after it was issued (计划调整): its tasks hold the newest values, past_task what they said before.';
comment on column plan_revision.revision_id is 'Surrogate key.';
comment on column plan_revision.plan_id is 'The plan it revised; the plan keeps its own document number.';
comment on column plan_revision.ordinal is 'Number of the revision within the plan, counted from 1, in the order they came into force.';
comment on column plan_revision.title is 'Heading of the document.';
comment on column plan_revision.doc_no is 'Its own document number (文号); NULL where it has none.';
comment on column plan_revision.issued_on is 'Its date (印发日期); NULL where it has none.';
comment on column plan_revision.in_force_on is
'First day on which the new values hold: its date, else the day that a person gave.';
comment on column plan_revision.source_file is 'Name of the imported file.';
comment on column plan_revision.source_sha256 is 'The import it came from.';

comment on table task is
'One row of a plan table: an inspection task (抽查任务) with numbers read and words kept verbatim; NULL where the notice said nothing.';
comment on column task.task_id is 'Surrogate key.';
comment on column task.plan_id is 'The plan it is part of.';
comment on column task.seq is 'Position in the plan, counted from 1 (序号).';
comment on column task.name is 'Task name (抽查任务名称); where the table has none, its field or its first item.';
comment on column task.plan_name is 'Name of the plan within the table (抽查计划名称), where the table has that column.';
comment on column task.field is 'Field of a joint task (抽查领域), for example 食用林产品.';
comment on column task.draw_type is 'conditional (定向, random within a filtered pool) or unconditional (不定向, random over the directory).';
comment on column task.item_class is 'Class of its items: key (重点检查事项) or general (一般检查事项).';
comment on column task.scope_id is 'The pool the notice names (抽查对象范围).';
comment on column task.scope_text is 'The pool in the notice''s own words.';
comment on column task.draw_scope_id is 'The pool a user chose instead, where the scope is wider than the title; NULL means scope_id.';
comment on column task.rate is 'Planned proportion in [0, 1] (抽查比例); the lower end of a range.';
comment on column task.rate_op is '= exactly, >= at least, > strictly more; NULL exactly where rate is.';
comment on column task.rate_max is 'Upper end of a range of proportions, in [0, 1].';
comment on column task.rate_text is 'Proportion, number and frequency in the notice''s own words, for example 100% 1次/年.';
comment on column task.quota is 'Planned number of objects (抽查数量), where the notice gives a count; wins over rate.';
comment on column task.times_per_year is 'Planned inspections per object and year (频次).';
comment on column task.starts_on is 'First day of the task''s window (抽查起止时间).';
comment on column task.ends_on is 'Last day of the window: results are to be entered by then (任务截止日期).';
comment on column task.period_text is 'The window in the notice''s own words, for example 4月1日 - 11月31日.';
comment on column task.pool_stated is 'Size of the pool as the notice states it (抽查基数), objects.';
comment on column task.risk_rule is 'What the notice says about classes (信用风险分类管理), for example 递加比例抽查.';
comment on column task.initiating_unit_id is 'Unit that launches the task (发起).';
comment on column task.lead_unit_id is 'Unit that leads it (牵头); checks everything where no item names a unit.';
comment on column task.checking_body is 'Body that inspects (检查主体), in the notice''s own words.';

comment on column task.added_revision_id is 'The revision that added it to the plan; NULL where the plan had it from the start.';
comment on column task.added_on is 'Its first day: from when on it is expected; NULL where the plan had it from the start.';
comment on column task.changed_revision_id is 'The newest revision that changed or withdrew it; NULL where none did.';
comment on column task.valid_from is 'The first day of these values, that of the revision; NULL where none changed it.';
comment on column task.withdrawn_revision_id is
'The revision that withdrew it (取消): no longer expected from then on unless something was drawn on it; NULL while it stands.';

comment on table task_partner is 'A department that joins a joint task (配合部门).';
comment on column task_partner.task_id is 'The joint task.';
comment on column task_partner.unit_id is 'The department that joins.';

comment on table item is 'One entry of a bureau''s inspection item list (抽查事项清单).';
comment on column item.item_id is 'Surrogate key.';
comment on column item.bureau_id is 'The bureau whose list it is on.';
comment on column item.name is 'The item, for example 矿山超层越界检查.';
comment on column item.item_class is 'key (重点, no upper limit of proportion) or general (一般, strictly limited).';
comment on column item.legal_basis is 'Law or regulation the inspection rests on (检查依据); NULL where the source names none.';

comment on table task_item is 'An item that a task checks, and the unit that checks it.';
comment on column task_item.task_id is 'The task.';
comment on column task_item.item_id is 'The item.';
comment on column task_item.unit_id is 'The department or section that checks this item (检查单位).';

comment on table task_class_rate is 'What is planned per risk class for a task (分类抽查比例).';
comment on column task_class_rate.task_id is 'The task.';
comment on column task_class_rate.class is 'Risk class; none for objects without one.';
comment on column task_class_rate.rate is 'Proportion in [0, 1]; a target, before rounding to whole objects.';
comment on column task_class_rate.rate_op is '= exactly, >= at least, > strictly more.';
comment on column task_class_rate.quota is 'Number of objects, where a count was given; wins over rate.';
comment on column task_class_rate.times_per_year is 'Inspections per object and year.';
comment on column task_class_rate.origin is
'notice: the document says so; policy: derived from rising proportions (递加比例); scenario: a user''s what-if.';

comment on table past_task is 'What a task said until a revision changed or withdrew it: one row per task and revision (调整前内容).';
comment on column past_task.task_id is 'The task.';
comment on column past_task.revision_id is 'The revision whose first day ends these values.';
comment on column past_task.name is 'Task name until then (抽查任务名称).';
comment on column past_task.plan_name is 'Name of the plan within the table until then.';
comment on column past_task.field is 'Field of a joint task until then (抽查领域).';
comment on column past_task.draw_type is 'conditional or unconditional, until then.';
comment on column past_task.item_class is 'Class of its items until then.';
comment on column past_task.scope_id is 'The pool the plan named until then.';
comment on column past_task.scope_text is 'That pool in the notice''s own words.';
comment on column past_task.draw_scope_id is 'The pool a user chose instead.';
comment on column past_task.rate is 'Planned proportion in [0, 1] until then.';
comment on column past_task.rate_op is '= exactly, >= at least, > strictly more.';
comment on column past_task.rate_max is 'Upper end of a range of proportions, in [0, 1].';
comment on column past_task.rate_text is 'Proportion in the notice''s own words.';
comment on column past_task.quota is 'Planned number of objects until then.';
comment on column past_task.times_per_year is 'Planned inspections per object and year until then.';
comment on column past_task.starts_on is 'First day of the window until then.';
comment on column past_task.ends_on is 'Last day of the window until then.';
comment on column past_task.period_text is 'The window in the notice''s own words.';
comment on column past_task.pool_stated is 'Size of the pool as stated until then, objects.';
comment on column past_task.risk_rule is 'What the notice said about classes.';
comment on column past_task.initiating_unit_id is 'Unit that launched the task until then.';
comment on column past_task.lead_unit_id is 'Unit that led it until then.';
comment on column past_task.checking_body is 'Body that inspected, in the notice''s own words.';
comment on column past_task.changed_revision_id is 'The revision before that had changed it; NULL where none had.';
comment on column past_task.valid_from is 'First day of these values; 0001-01-01 for those that the plan began with.';
comment on column past_task.valid_until is 'First day on which they no longer held, that of the revision.';
comment on column past_task.withdrawn_revision_id is 'The revision that had withdrawn it; NULL while it stood.';

comment on table past_task_partner is 'A department that joined a joint task until a revision.';
comment on column past_task_partner.task_id is 'The task.';
comment on column past_task_partner.revision_id is 'The revision whose first day ends it; past_task has a row for the pair.';
comment on column past_task_partner.unit_id is 'The department.';

comment on table past_task_item is 'An item that a task checked until a revision changed the task, and the unit that checked it.';
comment on column past_task_item.task_id is 'The task.';
comment on column past_task_item.revision_id is 'The revision whose first day ends it; past_task has a row for the pair.';
comment on column past_task_item.item_id is 'The item.';
comment on column past_task_item.unit_id is 'The department or section that checked it.';

comment on table past_task_class_rate is 'What was planned per risk class for a task until a revision changed the task.';
comment on column past_task_class_rate.task_id is 'The task.';
comment on column past_task_class_rate.revision_id is 'The revision whose first day ends it; past_task has a row for the pair.';
comment on column past_task_class_rate.class is 'Risk class; none for objects without one.';
comment on column past_task_class_rate.rate is 'Proportion in [0, 1].';
comment on column past_task_class_rate.rate_op is '= exactly, >= at least, > strictly more.';
comment on column past_task_class_rate.quota is 'Number of objects, where a count was given.';
comment on column past_task_class_rate.times_per_year is 'Inspections per object and year.';
comment on column past_task_class_rate.origin is 'As in task_class_rate.';

comment on table object is 'One inspection object (检查对象): a firm, an institution, a project or a permit.';
comment on column object.object_id is
'Natural key: unified social credit code (统一社会信用代码) or the register''s own number; this is what tickets hash.';
comment on column object.name is 'Name as registered.';
comment on column object.kind is 'Legal kind of the object.';
comment on column object.industry is 'Industry in words (行业).';
comment on column object.region is 'Township or street (乡镇、街道).';
comment on column object.status is 'active, suspended (停业), closed (注销、吊销) or moved (迁出).';
comment on column object.is_market_entity is 'Whether it is a market entity (市场主体); projects and permits are not.';
comment on column object.initials is
'First letters of the name in pinyin (拼音首字母), to search by; NULL where they were never worked out.';

comment on table object_scope is 'An object in a pool.';
comment on column object_scope.object_id is 'The object.';
comment on column object_scope.scope_id is 'The pool.';

comment on table risk_class is 'History of an object''s credit-risk class (信用风险分类): internal, never published, never overwritten.';
comment on column risk_class.object_id is 'The object.';
comment on column risk_class.class is 'A low (低), B medium (中、一般), C medium-high (中高、较高), D high (高); E only in five-class schemes.';
comment on column risk_class.valid_from is 'First day the class holds.';
comment on column risk_class.valid_to is 'First day it no longer holds; NULL while it does.';
comment on column risk_class.source is 'Where the class comes from.';

comment on table inspector is 'One person of the inspector directory (执法检查人员名录库).';
comment on column inspector.inspector_id is 'Surrogate key.';
comment on column inspector.name is 'Name; no other personal data are kept.';
comment on column inspector.unit_id is 'The unit the inspector works for.';
comment on column inspector.certificate_no is 'Number of the law-enforcement certificate (执法证号), or of the register for staff without one.';
comment on column inspector.is_civil_servant is 'Whether a civil servant (公务员); others who do day-to-day supervision may inspect too.';
comment on column inspector.active is 'Whether available for matching.';
comment on column inspector.is_certified is 'Whether holding a law-enforcement certificate (行政执法证): only certified inspectors are matched.';

comment on table recusal is 'An inspector who must not visit an object (回避).';
comment on column recusal.inspector_id is 'The inspector.';
comment on column recusal.object_id is 'The object.';
comment on column recusal.reason is 'Why, for example a relative''s position.';

comment on table draw is 'One act of drawing objects (抽取): official on the provincial platform, or a trial made here (试抽).';
comment on column draw.draw_id is 'Surrogate key.';
comment on column draw.task_id is 'The task it serves; NULL for complaint-driven, campaign and daily inspections that serve none.';
comment on column draw.ordinal is 'Number of the draw within its task and kind, counted from 1; part of the seed.';
comment on column draw.drawn_at is
'When it was drawn, local time; of a draw frozen here, when it was frozen (draw_act says when it was drawn).';
comment on column draw.basis is
'random; full (100 %, 全覆盖); complaint (投诉举报); campaign (专项); daily (日常): the last three leave every rate but the burden.';
comment on column draw.kind is 'official or trial (试抽).';
comment on column draw.method is 'How it was drawn: sha256_ticket, designated (指定), or the platform''s own word.';
comment on column draw.stratified is 'Whether it was drawn with quotas per class (分类抽取).';
comment on column draw.rotation is 'Whether objects already drawn in the series were passed over (轮换).';
comment on column draw.seed is 'Seed of the tickets, <master seed>-<task key>-<ordinal>; secret until an audit; NULL where unknown.';
comment on column draw.seed_nonce is '128-bit nonce of the seed''s commitment, 32 hexadecimal digits.';
comment on column draw.frame_nonce is '128-bit nonce of the frame''s commitment, 32 hexadecimal digits.';
comment on column draw.seed_commitment is 'SHA-256 of <nonce>,<seed>: may be published before the draw.';
comment on column draw.frame_commitment is 'SHA-256 of the nonce, a line feed and the frame''s lines sorted by object id.';
comment on column draw.frame_size is 'Objects in the frozen pool (抽查基数).';
comment on column draw.quota is
'Objects to draw from the whole pool where the draw ignores classes, before any top-up; NULL with quotas per class, or where unknown.';
comment on column draw.frozen_at is 'When the frame was frozen and the commitments were written down, before the draw; NULL where unknown.';
comment on column draw.replaces_draw_id is 'The draw this re-draw (重抽) replaces; the replaced one no longer counts.';
comment on column draw.reason is
'Why it was re-drawn, late or made at all, or what an inspection without a task was called; required for a re-draw.';

comment on column draw.terms is
'Everything settled before the draw, as one text (JSON): task, time, rule, quotas, who may be matched; NULL where not frozen here.';
comment on column draw.terms_nonce is '128-bit nonce of the terms'' commitment, 32 hexadecimal digits.';
comment on column draw.terms_commitment is 'SHA-256 of the nonce, a line feed and the terms: stands for the whole draw.';

comment on table draw_act is
'What was done with a draw frozen here: step 1 drew it, later ones topped it up or called a substitute; others have none.';
comment on column draw_act.draw_id is 'The draw.';
comment on column draw_act.step is 'Number of the step, counted from 1.';
comment on column draw_act.done_at is 'When, local time.';
comment on column draw_act.quota is 'Objects to draw from the whole pool after this step; NULL with quotas per class (draw_quota).';
comment on column draw_act.matching is
'How inspectors were matched (JSON): how many, the objects of a later step, teams and recusals where not those of the terms.';

comment on table draw_quota is 'Pool and quota per class of a stratified draw (抽查数量); a draw that ignores classes has no rows here.';
comment on column draw_quota.draw_id is 'The draw.';
comment on column draw_quota.class is 'Risk class as of the draw; none for objects without one.';
comment on column draw_quota.pool is 'Objects of the class in the frame.';
comment on column draw_quota.quota is 'Objects to draw from it, at most pool.';

comment on table frame is 'The frozen pool of a draw (抽样框), one row per object.';
comment on column frame.draw_id is 'The draw.';
comment on column frame.object_id is 'The object.';
comment on column frame.class is 'Its risk class as of the draw; none where it had none.';
comment on column frame.position is 'Its place in directory order, counted from 1: tests of randomness look at gaps.';
comment on column frame.passed_over is
'Rotation: already drawn in the current round of the series, so it comes after everyone who was not (轮换).';

comment on table draw_object is 'An object that was drawn (抽中对象), or called in as a substitute.';
comment on column draw_object.draw_id is 'The draw.';
comment on column draw_object.object_id is 'The object.';
comment on column draw_object.class is 'Its risk class as of the draw.';
comment on column draw_object.place is 'Place in ticket order, counted from 1, within its class where the draw is stratified.';
comment on column draw_object.substitute_for is 'The drawn object it stands in for (递补), which is then no longer due.';
comment on column draw_object.reason is 'Why it stands in; required for a substitute.';

comment on table draw_inspector is 'An inspector matched to a drawn object (匹配); at least two per visit.';
comment on column draw_inspector.draw_id is 'The draw.';
comment on column draw_inspector.object_id is 'The object.';
comment on column draw_inspector.inspector_id is 'The inspector.';

comment on table visit is 'One door opened (进一次门); several draws and departments can share it.';
comment on column visit.visit_id is 'Surrogate key.';
comment on column visit.object_id is 'The object visited.';
comment on column visit.visited_on is 'Day of the visit.';

comment on table result is 'What one department reports of one drawn object (检查结果): one row per department in a joint task.';
comment on column result.draw_id is 'The draw.';
comment on column result.object_id is 'The object.';
comment on column result.unit_id is 'The department that inspected.';
comment on column result.visit_id is 'The visit it was done in.';
comment on column result.inspected_on is 'Day of the inspection (检查日期).';
comment on column result.entered_on is 'Day the result was entered (录入日期); due before the task''s last day.';
comment on column result.entered_by is 'Inspector who entered it (谁检查、谁录入).';
comment on column result.published_on is 'Day it was made public (公示日期).';
comment on column result.follow_up is 'What follows (后续处置).';
comment on column result.handled_on is 'Day the follow-up was done (处置日期).';
comment on column result.closed_on is 'Day the matter was closed (完结日期).';

comment on table visit_outcome is
'What an inspection outside the draws (complaint, campaign, daily) found where nobody said on which item; in no count by item.';
comment on column visit_outcome.draw_id is 'The draw without a task that stands for the inspection.';
comment on column visit_outcome.object_id is 'The object.';
comment on column visit_outcome.unit_id is 'The department.';
comment on column visit_outcome.outcome is 'Result code of the platform.';
comment on table result_outcome is 'Outcome of one item in a result (检查结论); several outcomes per item are allowed.';
comment on column result_outcome.draw_id is 'The draw.';
comment on column result_outcome.object_id is 'The object.';
comment on column result_outcome.unit_id is 'The department.';
comment on column result_outcome.item_id is 'The item checked.';
comment on column result_outcome.outcome is 'Result code of the platform, for example no_problem (未发现问题).';

comment on table outcome_meaning is 'Which result codes mean that a problem was found.';
comment on column outcome_meaning.outcome is 'Result code.';
comment on column outcome_meaning.is_problem is 'Whether it counts in the problem rate (问题发现率).';

comment on table working_day is 'The Chinese working calendar, one row per day (工作日).';
comment on column working_day.day is 'The day.';
comment on column working_day.is_working is 'Whether people work: holidays off, shifted weekends on.';
comment on column working_day.is_published is
'Whether the State Council''s calendar of that year is known; else Monday to Friday are assumed.';
comment on column working_day.ordinal is
'Working days up to and with this day: the difference of two is the number of working days between them.';

comment on table setting is 'A rule or assumption that can be edited, with a start date and a place.';
comment on column setting.setting_id is 'Surrogate key.';
comment on column setting.key is 'Name of the setting, for example publication_working_days.';
comment on column setting.value is 'Value as text.';
comment on column setting.bureau_id is 'The bureau it holds for; NULL for everywhere, where a bureau''s own value wins.';
comment on column setting.valid_from is 'First day it applies; never to earlier years.';

comment on table rubric is 'A scoring scheme for the year-end evaluation (评分标准), kept edition by edition.';
comment on column rubric.rubric_id is 'Surrogate key.';
comment on column rubric.name is 'Name of the scheme.';
comment on column rubric.version is 'Version, counted from 1.';
comment on column rubric.definition is 'Weights, indicators and bands, as text.';
comment on column rubric.created_at is 'When this version was saved, local time.';

comment on table evaluation_override is 'A grade (等次) that people decided against the suggestion, with the reason.';
comment on column evaluation_override.bureau_id is 'The bureau.';
comment on column evaluation_override.unit_id is 'The unit graded.';
comment on column evaluation_override.year is 'Calendar year.';
comment on column evaluation_override.grade is 'excellent 优, good 良, fair 中, poor 差, or not_applicable 不参评.';
comment on column evaluation_override.reason is 'Why; never empty.';
comment on column evaluation_override.decided_by is 'Who decided.';
comment on column evaluation_override.decided_at is 'When, local time.';

comment on table evaluation_note is 'A remark on a unit''s year, printed under its breakdown (评价说明).';
comment on column evaluation_note.bureau_id is 'The bureau.';
comment on column evaluation_note.unit_id is 'The unit.';
comment on column evaluation_note.year is 'Calendar year.';
comment on column evaluation_note.note is 'The remark; never empty.';
comment on column evaluation_note.written_by is 'Who wrote it.';
comment on column evaluation_note.written_at is 'When, local time.';

comment on table proposal is 'Proportions adopted on the proportions page as the proposal for next year (明年抽查比例建议), per pool and class.';
comment on column proposal.bureau_id is 'The bureau.';
comment on column proposal.year is 'The year proposed for.';
comment on column proposal.scope_id is 'The pool.';
comment on column proposal.class is 'Risk class; none for objects without one.';
comment on column proposal.pool is 'Objects of the class in the pool when it was worked out.';
comment on column proposal.quota is 'Objects to draw from them in each draw.';
comment on column proposal.rate is 'Proposed proportion in [0, 1].';
comment on column proposal.draws is 'Draws a year it was worked out for.';
comment on column proposal.decided_by is 'Who adopted it.';
comment on column proposal.decided_at is 'When, local time.';

comment on table scenario is 'A what-if that a user saved (测算方案).';
comment on column scenario.scenario_id is 'Surrogate key.';
comment on column scenario.name is 'Name given by the user, unique.';
comment on column scenario.bureau_id is 'The bureau it is about; NULL for none.';
comment on column scenario.year is 'Calendar year it is about.';
comment on column scenario.definition is 'The scenario itself, as text.';
comment on column scenario.data_version is 'Hash of the newest change when it was saved: says whether the data have moved on since.';
comment on column scenario.saved_at is 'When, local time.';

comment on table import_decision is
'What a person decided about a layout of files, applied by itself to the next file of it (导入时作出的决定).';
comment on column import_decision.bureau_id is 'The bureau whose files they are.';
comment on column import_decision.layout is 'Kind of file and a fingerprint of its headings, by which a platform is known again.';
comment on column import_decision.code is 'What was open: task, checking_unit, entered_on, stratified.';
comment on column import_decision.subject is 'The text of the file it is about; empty for a whole file.';
comment on column import_decision.value is 'What was decided, for example the id of the task.';

comment on table column_mapping is 'A column heading that a user assigned by hand, remembered for the next file.';
comment on column column_mapping.kind is 'Kind of file, as in import_file.';
comment on column column_mapping.header is 'Heading as the file has it.';
comment on column column_mapping."column" is 'Field of the data contract it means.';

comment on table change_log is 'Append-only log of every import, edit, re-draw, override and export (变更日志), chained by hashes.';
comment on column change_log.seq is 'Number of the entry, counted from 1 without gaps.';
comment on column change_log.logged_at is 'When, local time.';
comment on column change_log.actor is 'Who.';
comment on column change_log.action is 'What was done, a code.';
comment on column change_log.subject is 'What it was done to.';
comment on column change_log.before is 'State before, JSON.';
comment on column change_log.after is 'State after, JSON.';
comment on column change_log.source_file is 'File it came from.';
comment on column change_log.previous_hash is 'Hash of the entry before; 64 zeros for the first.';
comment on column change_log.hash is 'SHA-256 over all fields above, so that a change behind the log''s back shows.';

comment on view bureau_unit is 'Units that work for a bureau: its own sections, and whoever was ever in its scope.';

comment on view drawn_stratum is 'Frames of standing draws of planned tasks with the stratum each object was drawn in.';

comment on view drawn_task is 'Standing draws of planned tasks with what the plan in force on the day asked for says of them.';
comment on column drawn_task.scope_id is 'The pool by the plan of the day asked for; that of the day of the draw stands in planned_draw.';

comment on view due_visit is 'Due visits (应检查户次): locked object × department that must check it, with what became of it.';
comment on column due_visit.door is 'The visit it was done in; an inspection without one is a door of its own day.';

comment on view unpooled_object is 'Objects in no pool, with the bureaus whose directory they belong to, by their township.';

comment on view framed_draw is 'Standing random draws of planned tasks whose frame is known.';
comment on column framed_draw.has_classes is 'Whether any object of the frame had a class: only such a draw could use classes.';

comment on view judged_visit is 'Due visits with what the rules make of them: in time or not, with a problem or without.';
comment on column judged_visit.working_days_to_publish is
'Working days from the day of the inspection to the day of publication; NULL where not published, or outside the calendar (working_day).';
comment on column judged_visit.publication_end is
'The task''s last day by the plan in force on the day of publication; where not published, on the day asked for.';
comment on column judged_visit.entry_end is
'The task''s last day by the plan in force on the day of entry; where not entered, on the day asked for.';
comment on column judged_visit.publish_by is
'Last day to publish in time: the task''s last day or, where a rule was in force, so many working days after the inspection, if earlier.';
comment on column judged_visit.entered_in_time is 'Whether the result was entered by the task''s last day (按时录入).';
comment on column judged_visit.published_in_time is 'Whether the result became public by publish_by (按时公示).';
comment on column judged_visit.is_problem is 'Whether some item of the result showed a problem.';
comment on column judged_visit.problem_on is 'Day the result with a problem was entered: from then on the problem counts; NULL where none.';
comment on column judged_visit.problem_handled_on is 'Day from which the problem counts as followed up: entered and handled.';
comment on column judged_visit.problem_closed_on is 'Day from which the problem counts as closed: entered and closed.';

comment on view launched_task is 'Tasks of plans with their launch (发起), the first standing draw.';
comment on column launched_task.launching_unit_id is 'The unit that launched it by the plan of that day; where not launched, that has to.';
comment on column launched_task.opens_on is
'First day of the window by which the launch is judged: that of the day of the launch, else of the day asked for.';
comment on column launched_task.closes_on is 'Last day of that window.';
comment on column launched_task.launched_on is 'Day of the first standing draw; NULL where not drawn.';
comment on column launched_task.launch is 'in_time, early (before the window) or late (after it); NULL where not drawn.';
comment on column launched_task.launched_in_time is 'Whether it was launched within its window, which needs a first day.';

comment on view kept_object is 'Objects that a draw locked and no substitute stands in for, whether or not the draw stands.';

comment on view locked_object is 'Objects that a standing draw locked and no substitute stands in for.';

comment on view numbered_working_day is 'Working days by their number.';
comment on column numbered_working_day.ordinal is 'Working days up to and with this day.';

comment on view pool_draw is 'Planned tasks by the pool that they were drawn from, with the first of those draws, whose frame is the pool.';
comment on view planned_draw is
'Standing draws of planned tasks, 100 % draws included; complaint-driven, campaign and daily inspections left out.';

comment on view planned_task is
'Tasks of plans by what was in force on the day asked for (variable as_of; the newest without it).';
comment on column planned_task.launching_unit_id is 'The unit that launches it (发起): the initiating unit, else the lead unit.';
comment on column planned_task.scope_id is 'The pool to draw from: the one chosen for the draw, else the one the plan names.';

comment on view problem_item is 'Items of results that showed a problem, with the code that says so.';

comment on view problem_result is 'Results in which at least one item showed a problem.';

comment on view standing_draw is 'Official draws that stand: no trials, nothing that a re-draw replaced.';

comment on view task_in_force is 'Tasks with the values in force on the day asked for (variable as_of; the newest without it).';

comment on view task_item_edition is 'Items of tasks, edition by edition.';

comment on view task_partner_edition is 'Departments that join tasks, edition by edition.';

comment on view task_edition is 'Tasks with what the plan says of them, edition by edition (调整前后各版).';
comment on column task_edition.since_revision_id is 'The revision that made it; NULL: none did.';
comment on column task_edition.edition is '0: the newest; else the revision that ended it.';
comment on column task_edition.added_on is 'First day of a task that a revision added; NULL where the plan had it from the start.';
comment on column task_edition.valid_from is 'First day of these values.';
comment on column task_edition.valid_until is 'First day on which they no longer hold.';
comment on column task_edition.is_withdrawn is 'Whether a revision had withdrawn it.';

comment on view visit_checker is 'Departments that must check the objects of a task, and those that had to before a revision.';
comment on column visit_checker.ended is
'Whether a revision has ended it by the day asked for: then only what was inspected in those days is due.';

comment on view task_checker is 'Departments that must check the objects of a task.';

comment on view task_checker_edition is 'Departments that an edition has check the objects of a task.';
comment on column task_checker_edition.edition is '0: the newest; else the number of the revision that ended it.';

comment on view task_class_rate_edition is 'Proportions or quotas per class that an edition plans for a task.';
comment on column task_class_rate_edition.edition is '0: the newest; else the number of the revision that ended it.';

comment on view taken_over_visit is
'Visits that a department does not owe, because one in whose place a revision has put it had inspected the object by then.';

comment on view unplanned_visit is
'Inspections on a complaint, in a campaign or from day to day, per department that made them: they count in the burden only.';
comment on column unplanned_visit.bureau_id is 'The bureau of the task, else the one the unit works for.';
comment on column unplanned_visit.year is 'Year of the inspection.';
comment on column unplanned_visit.door is 'The visit, else object and day: what was inspected together is one door.';

comment on view year_rule is 'Rules in force in the years of a bureau''s plans.';
comment on column year_rule.publication_days is
'Working days from the inspection within which its result had to be public; NULL where no such rule.';
comment on column year_rule.plan_published_by is 'Last day to publish the plan, MM-DD; NULL where no such rule.';
