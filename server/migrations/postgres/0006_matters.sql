-- registrations, service and the lists: what is said, and what becomes of requests
create table statement (
    document uuid not null references document (id),
    id uuid not null,
    body bytea not null,
    primary key (document, id)
);

-- what each statement has to be looked at together with
create table statement_topic (
    document uuid not null references document (id),
    id uuid not null,
    topic bytea not null,
    primary key (document, id, topic)
);
create index statement_by_topic on statement_topic (topic);

create table matter (
    request uuid not null,
    topic bytea not null,
    to_organisation uuid not null,
    asker_organisation uuid,
    -- the person concerned: whose registration or service it is, or who claims
    member uuid,
    kind text not null,
    state text not null,
    open integer not null,
    live integer not null,
    day integer not null,
    minutes bigint not null,
    beneficiaries bigint not null,
    category text,
    places bigint not null,
    revision bigint not null,
    body bytea not null,
    primary key (request, topic)
);
create index matter_by_topic on matter (topic);
create index matter_by_member on matter (member, revision) where member is not null;
create index matter_by_asked on matter (to_organisation, revision);
create index matter_by_asker on matter (asker_organisation, revision)
    where asker_organisation is not null;
create index matter_by_listing on matter (to_organisation, topic) where kind = 'claim';

-- what the matters were before a rebuild, so that equal ones keep their revision
create table matter_before (
    request uuid not null,
    topic bytea not null,
    revision bigint not null,
    body bytea not null,
    primary key (request, topic)
);
