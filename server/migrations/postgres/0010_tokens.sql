-- tokens with which other systems read figures and ledgers; only the hash of a token is kept
create table api_token (
    id uuid primary key,
    token_hash bytea not null unique,
    organisation uuid not null references organisation (id),
    scope text not null,
    name text not null,
    created_at bigint not null,
    expires_at bigint not null,
    revoked_at bigint,
    -- the last day on which it was used
    used_on integer
);

-- the order in which ledgers are read
create index activity_by_day on activity (day, id, organisation);
create index matter_by_registration on matter
    (day, request, topic, to_organisation, asker_organisation, member)
    where kind in ('member_registration', 'org_registration');
