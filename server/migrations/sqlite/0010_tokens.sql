-- tokens with which other systems read figures and ledgers; only the hash of a token is kept
create table api_token (
    id blob primary key,
    token_hash blob not null unique,
    organisation blob not null references organisation (id),
    scope text not null,
    name text not null,
    created_at integer not null,
    expires_at integer not null,
    revoked_at integer,
    -- the last day on which it was used
    used_on integer
) strict, without rowid;

-- the order in which ledgers are read
create index activity_by_day on activity (day, id, organisation);
create index matter_by_registration on matter
    (day, request, topic, to_organisation, asker_organisation, member)
    where kind in ('member_registration', 'org_registration');
