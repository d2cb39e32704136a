-- documents: the ground state; a row's key begins with the document's id, so that the tables spread
-- over machines by it, and no sequence is shared between documents
create table document (
    id uuid primary key,
    kind text collate "C" not null,
    owner uuid not null,
    name bytea not null,
    version bigint not null
);

create table change (
    document uuid not null references document (id),
    version bigint not null,
    hash bytea not null,
    bytes bytea not null,
    device uuid not null references device (id),
    received_at bigint not null,
    primary key (document, version),
    unique (document, hash)
);
-- an automerge chunk is compressed already
alter table change alter column bytes set storage external;

create table projection_queue (
    document uuid primary key references document (id),
    version bigint not null,
    -- whoever waits longest comes first
    queued_at timestamptz not null default clock_timestamp()
);

-- rows derived from the documents, which a rebuild reproduces
create table claim (
    document uuid not null references document (id),
    id uuid not null,
    activity uuid not null,
    member uuid not null,
    body bytea not null,
    primary key (document, id)
);
create index claim_by_fact on claim (activity, member);

create table plan (
    document uuid not null references document (id),
    id uuid not null,
    activity uuid not null,
    body bytea not null,
    primary key (document, id)
);
create index plan_by_activity on plan (activity);

create table mark (
    document uuid not null references document (id),
    id uuid not null,
    activity uuid not null,
    member uuid not null,
    body bytea not null,
    primary key (document, id)
);
create index mark_by_fact on mark (activity, member);

create table feedback (
    document uuid not null references document (id),
    id uuid not null,
    member uuid not null,
    recorded_at bigint not null,
    body bytea not null,
    primary key (document, id)
);
create index feedback_by_member on feedback (member, recorded_at);

create table anomaly (
    document uuid not null references document (id),
    position bigint not null,
    body bytea not null,
    primary key (document, position)
);

create table activity (
    id uuid primary key,
    organisation uuid not null,
    day integer not null,
    starts_at bigint not null,
    planned integer not null,
    body bytea not null
);
create index activity_by_organisation on activity (organisation, starts_at);

create table outcome (
    activity uuid not null,
    member uuid not null,
    organisation uuid not null,
    day integer not null,
    revision bigint not null,
    attendances bigint not null,
    grade_a bigint not null,
    grade_b bigint not null,
    grade_c bigint not null,
    grade_d bigint not null,
    waiting bigint not null,
    disputed bigint not null,
    body bytea not null,
    primary key (activity, member)
);
create index outcome_by_member on outcome (member, revision);
create index outcome_by_organisation on outcome (organisation, day);

-- what the outcomes were before a rebuild, so that equal ones keep their revision
create table outcome_before (
    activity uuid not null,
    member uuid not null,
    revision bigint not null,
    body bytea not null,
    primary key (activity, member)
);

create table rollup (
    path text collate "C" not null,
    day integer not null,
    activities bigint not null default 0,
    attendances bigint not null default 0,
    grade_a bigint not null default 0,
    grade_b bigint not null default 0,
    grade_c bigint not null default 0,
    grade_d bigint not null default 0,
    waiting bigint not null default 0,
    disputed bigint not null default 0,
    primary key (path, day)
);

-- what each projection changed, for the other servers' open pages; numbered by the version of the
-- derived rows, which only one transaction at a time can take further
create table poke (
    version bigint primary key,
    body bytea not null
);

-- the process that projects
create table projector (
    id integer primary key check (id = 1),
    process uuid not null,
    until timestamptz not null
);
insert into projector values (1, '00000000-0000-0000-0000-000000000000', '-infinity');
