-- registrations, service and the lists: what is said, and what becomes of requests
create table statement (
    document integer not null references document (number),
    id blob not null,
    body blob not null,
    primary key (document, id)
) strict, without rowid;

-- what each statement has to be looked at together with
create table statement_topic (
    document integer not null references document (number),
    id blob not null,
    topic blob not null,
    primary key (document, id, topic)
) strict, without rowid;
create index statement_by_topic on statement_topic (topic);

create table matter (
    request blob not null,
    topic blob not null,
    to_organisation blob not null,
    asker_organisation blob,
    -- the person concerned: whose registration or service it is, or who claims
    member blob,
    kind text not null,
    state text not null,
    open integer not null,
    live integer not null,
    day integer not null,
    minutes integer not null,
    beneficiaries integer not null,
    category text,
    places integer not null,
    revision integer not null,
    body blob not null,
    primary key (request, topic)
) strict, without rowid;
create index matter_by_topic on matter (topic);
create index matter_by_member on matter (member, revision) where member is not null;
create index matter_by_asked on matter (to_organisation, revision);
create index matter_by_asker on matter (asker_organisation, revision)
    where asker_organisation is not null;
create index matter_by_listing on matter (to_organisation, topic) where kind = 'claim';

-- what the matters were before a rebuild, so that equal ones keep their revision
create table matter_before (
    request blob not null,
    topic blob not null,
    revision integer not null,
    body blob not null,
    primary key (request, topic)
) strict, without rowid;
