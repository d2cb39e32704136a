-- the city, its directory, and who is signed in
create table meta (
    id integer primary key check (id = 1),
    city text not null,
    epoch integer not null,
    directory_version integer not null default 1,
    derived_version integer not null default 0,
    outcome_revision integer not null default 0,
    rebuilding integer not null default 0
) strict;

create table area (
    code text primary key,
    name text not null,
    level text not null,
    parent text references area (code)
) strict, without rowid;

create table organisation (
    id blob primary key,
    path text not null unique,
    parent text,
    name text not null,
    kind text not null,
    area text not null references area (code)
) strict, without rowid;
create index organisation_by_parent on organisation (parent);

create table venue (
    id blob primary key,
    name text not null,
    kind text not null,
    area text not null references area (code),
    organisation blob not null references organisation (id)
) strict, without rowid;
create index venue_by_organisation on venue (organisation);

create table member (
    id blob primary key,
    code text not null unique,
    name text not null,
    branch blob not null references organisation (id),
    phone text
) strict, without rowid;
create index member_by_branch on member (branch);

create table appointment (
    member blob not null references member (id),
    role text not null,
    organisation blob not null references organisation (id),
    primary key (member, organisation, role)
) strict, without rowid;

create table device (
    id blob primary key,
    member blob not null references member (id),
    public_key blob,
    label text not null,
    enrolled_at integer not null,
    revoked_at integer
) strict, without rowid;
create index device_by_member on device (member);

create table enrolment (
    code_hash blob primary key,
    member blob not null references member (id),
    created_by blob references member (id),
    created_at integer not null,
    expires_at integer not null,
    used_at integer,
    used_by blob references device (id)
) strict, without rowid;

create table session (
    token_hash blob primary key,
    device blob not null references device (id),
    expires_at integer not null
) strict, without rowid;
create index session_by_device on session (device);

create table challenge (
    hash blob primary key,
    device blob not null references device (id),
    expires_at integer not null
) strict, without rowid;
create index challenge_by_device on challenge (device, expires_at);

create table audit (
    id integer primary key autoincrement,
    at integer not null,
    type text not null,
    member blob,
    device blob,
    object text not null,
    result text not null
) strict;
create trigger audit_is_never_changed before update on audit
begin
    select raise(abort, 'the audit log is append-only');
end;
create trigger audit_is_never_cut before delete on audit
begin
    select raise(abort, 'the audit log is append-only');
end;
