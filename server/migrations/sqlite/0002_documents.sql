-- documents: the ground state
create table document (
    number integer primary key,
    id blob not null unique,
    kind text not null,
    owner blob not null,
    name blob not null,
    version integer not null
) strict;

create table change (
    document integer not null references document (number),
    version integer not null,
    hash blob not null,
    bytes blob not null,
    device blob not null references device (id),
    received_at integer not null,
    primary key (document, version),
    unique (document, hash)
) strict, without rowid;

create table projection_queue (
    document integer primary key references document (number),
    version integer not null
) strict;

-- rows derived from the documents, which a rebuild reproduces
create table claim (
    document integer not null references document (number),
    id blob not null,
    activity blob not null,
    member blob not null,
    body blob not null,
    primary key (document, id)
) strict, without rowid;
create index claim_by_fact on claim (activity, member);

create table plan (
    document integer not null references document (number),
    id blob not null,
    activity blob not null,
    body blob not null,
    primary key (document, id)
) strict, without rowid;
create index plan_by_activity on plan (activity);

create table mark (
    document integer not null references document (number),
    id blob not null,
    activity blob not null,
    member blob not null,
    body blob not null,
    primary key (document, id)
) strict, without rowid;
create index mark_by_fact on mark (activity, member);

create table feedback (
    document integer not null references document (number),
    id blob not null,
    member blob not null,
    recorded_at integer not null,
    body blob not null,
    primary key (document, id)
) strict, without rowid;
create index feedback_by_member on feedback (member, recorded_at);

create table anomaly (
    document integer not null references document (number),
    position integer not null,
    body blob not null,
    primary key (document, position)
) strict, without rowid;

create table activity (
    id blob primary key,
    organisation blob not null,
    day integer not null,
    starts_at integer not null,
    planned integer not null,
    body blob not null
) strict, without rowid;
create index activity_by_organisation on activity (organisation, starts_at);

create table outcome (
    activity blob not null,
    member blob not null,
    organisation blob not null,
    day integer not null,
    revision integer not null,
    attendances integer not null,
    grade_a integer not null,
    grade_b integer not null,
    grade_c integer not null,
    grade_d integer not null,
    waiting integer not null,
    disputed integer not null,
    body blob not null,
    primary key (activity, member)
) strict, without rowid;
create index outcome_by_member on outcome (member, revision);
create index outcome_by_organisation on outcome (organisation, day);

-- what the outcomes were before a rebuild, so that equal ones keep their revision
create table outcome_before (
    activity blob not null,
    member blob not null,
    revision integer not null,
    body blob not null,
    primary key (activity, member)
) strict, without rowid;

create table rollup (
    path text not null,
    day integer not null,
    activities integer not null default 0,
    attendances integer not null default 0,
    grade_a integer not null default 0,
    grade_b integer not null default 0,
    grade_c integer not null default 0,
    grade_d integer not null default 0,
    waiting integer not null default 0,
    disputed integer not null default 0,
    primary key (path, day)
) strict, without rowid;
