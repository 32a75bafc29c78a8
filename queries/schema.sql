-- The data contract: every table the product reads or writes, with its keys, checks and a comment on every column.
-- Proportions are DECIMAL(9, 6) in [0, 1]; dates are DATE; counts are whole numbers; NULL means "the source said nothing".
-- Surrogate ids (…_id INTEGER) never enter a draw: an object is known by its natural key object_id.

create type plan_kind as enum ('internal', 'joint');
create type unit_kind as enum ('section', 'department');
create type draw_type as enum ('conditional', 'unconditional');
create type item_class as enum ('key', 'general');
create type rate_op as enum ('=', '>=', '>');
create type risk_class_code as enum ('A', 'B', 'C', 'D', 'E', 'none');
create type rate_origin as enum ('notice', 'policy', 'scenario');
create type object_kind as enum ('enterprise', 'individual', 'institution', 'project', 'permit', 'other');
create type object_status as enum ('active', 'suspended', 'closed', 'moved');
create type draw_basis as enum ('random', 'full', 'complaint', 'campaign');
create type draw_kind as enum ('official', 'trial');
create type outcome_code as enum (
    'no_problem', 'not_disclosed', 'false_disclosure', 'unreachable', 'other_violation', 'corrected', 'no_activity',
    'closed_down', 'refused', 'deregistered', 'licence_revoked', 'registration_cancelled', 'moved_away'
);
create type follow_up_code as enum (
    'none_needed', 'stopped_and_reported', 'correction_ordered', 'case_transferred', 'other_department_notified', 'other'
);
create type severity_code as enum ('error', 'warning', 'note');
create type import_status as enum ('complete', 'partial', 'rejected');

create sequence bureau_seq;
create sequence unit_seq;
create sequence plan_seq;
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

-- ---------------------------------------------------------------- housekeeping that others refer to
create table import_file (
    file_sha256 varchar primary key check (length(file_sha256) = 64),
    name varchar not null,
    kind varchar not null check (kind in ('notice', 'item_list', 'object_directory', 'class_list', 'inspector_directory', 'recusals', 'draws', 'results', 'synthetic')),
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

create table task (
    task_id integer primary key default nextval('task_seq'),
    plan_id integer not null references plan (plan_id),
    seq integer not null check (seq >= 1),
    name varchar not null check (trim(name) <> ''),
    plan_name varchar,
    field varchar,
    draw_type draw_type,
    item_class item_class,
    scope_id integer references scope (scope_id),
    scope_text varchar,
    draw_scope_id integer references scope (scope_id),
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
    initiating_unit_id integer references unit (unit_id),
    lead_unit_id integer references unit (unit_id),
    checking_body varchar,
    unique (plan_id, seq),
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

-- ---------------------------------------------------------------- directories
create table object (
    object_id varchar primary key check (length(object_id) between 1 and 64),
    name varchar not null check (trim(name) <> ''),
    kind object_kind not null,
    industry varchar,
    region varchar,
    status object_status not null,
    is_market_entity boolean not null
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
    active boolean not null
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
    replaces_draw_id integer references draw (draw_id),
    reason varchar,
    unique (task_id, kind, ordinal),
    check (seed is null or (strpos(seed, ',') = 0 and strpos(seed, chr(10)) = 0)),
    check (replaces_draw_id is null or reason is not null),
    check (task_id is not null or basis in ('complaint', 'campaign'))
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
    check (closed_on is null or handled_on is not null)
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

create table scenario (
    scenario_id integer primary key default nextval('scenario_seq'),
    name varchar not null unique,
    bureau_id integer references bureau (bureau_id),
    year smallint,
    definition varchar not null,
    data_version varchar not null,
    saved_at timestamp not null
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

-- ---------------------------------------------------------------- what counts (field.md, "Counting rules"), said once for every query

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

-- One row per standing draw of a planned task, 100 % draws (basis full) included, complaint-driven and campaign draws left out.
create view planned_draw as
select
    standing_draw.draw_id,
    standing_draw.task_id,
    task.name as task,
    task.seq,
    task.starts_on,
    task.ends_on,
    coalesce(task.draw_scope_id, task.scope_id) as scope_id,
    plan.plan_id,
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
where standing_draw.basis in ('random', 'full');

-- One row per department that must check the objects of a task: the departments its items name, else its lead unit.
create view task_checker as
select distinct
    task_item.task_id,
    task_item.unit_id
from task_item
union
select
    task.task_id,
    task.lead_unit_id as unit_id
from task
where task.lead_unit_id is not null and not exists (select 1 from task_item where task_item.task_id = task.task_id);

-- One row per object that a standing draw locked and no substitute stands in for.
create view locked_object as
select
    draw_object.draw_id,
    draw_object.object_id,
    draw_object.class,
    draw_object.place
from draw_object
inner join standing_draw on draw_object.draw_id = standing_draw.draw_id
left join draw_object as stand_in
    on draw_object.draw_id = stand_in.draw_id and draw_object.object_id = stand_in.substitute_for
where stand_in.object_id is null;

-- One row per result in which at least one item showed a problem.
create view problem_result as
select distinct
    result_outcome.draw_id,
    result_outcome.object_id,
    result_outcome.unit_id
from result_outcome
inner join outcome_meaning on result_outcome.outcome = outcome_meaning.outcome
where outcome_meaning.is_problem;

-- One row per due visit (应检查户次): a locked object of a planned task × department that must check it, with what became of it.
-- 100 % tasks count; complaint-driven and campaign visits do not.
create view due_visit as
select
    planned_draw.bureau_id,
    planned_draw.year,
    planned_draw.plan_kind,
    planned_draw.task_id,
    planned_draw.task,
    planned_draw.starts_on,
    planned_draw.ends_on,
    planned_draw.draw_id,
    planned_draw.drawn_on,
    planned_draw.basis,
    planned_draw.stratified,
    locked_object.object_id,
    locked_object.class,
    task_checker.unit_id,
    result.visit_id,
    result.inspected_on,
    result.entered_on,
    result.published_on,
    result.follow_up,
    result.handled_on,
    result.closed_on,
    publication_day.ordinal - inspection_day.ordinal as working_days_to_publish
from planned_draw
inner join locked_object on planned_draw.draw_id = locked_object.draw_id
inner join task_checker on planned_draw.task_id = task_checker.task_id
left join result
    on
        planned_draw.draw_id = result.draw_id
        and locked_object.object_id = result.object_id
        and task_checker.unit_id = result.unit_id
left join working_day as inspection_day on result.inspected_on = inspection_day.day
left join working_day as publication_day on result.published_on = publication_day.day;
