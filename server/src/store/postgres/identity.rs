//! Enrolment codes, devices, challenges, sessions.

use std::collections::{BTreeMap, BTreeSet};

use deadpool_postgres::Transaction;
use shared::directory::Grant;
use shared::gate::HandOver;
use shared::ids::{DeviceId, MemberId};
use shared::permission::Authority;
use shared::project::DeviceFacts;
use shared::time::Timestamp;
use shared::words::Role;
use tokio_postgres::Row;
use uuid::Uuid;

use super::rows::{all, get, id, id_or_none, one, path, run, word};
use crate::store::StoreError;
use crate::store::identity::{
    DeviceRecord, Enrolling, Enrolment, EnrolmentResult, NewChallenge, NewDevice, NewSession,
    Renewal, SessionRecord,
};

/// Challenges that a device may have at a time: a stranger who asks for more fills no table.
const CHALLENGES: i64 = 8;

pub(super) async fn issue_enrolment(
    transaction: &Transaction<'_>,
    enrolment: &Enrolment,
) -> Result<(), StoreError> {
    run(
        transaction,
        "insert into enrolment (code_hash, member, created_by, created_at, expires_at)
         values ($1, $2, $3, $4, $5)",
        &[
            &&enrolment.code_hash[..],
            &enrolment.member.0,
            &enrolment.created_by.map(|id| id.0),
            &enrolment.created_at.0,
            &enrolment.expires_at.0,
        ],
    )
    .await
    .map(drop)
}

pub(super) async fn enrol(
    transaction: &Transaction<'_>,
    enrolling: &Enrolling,
) -> Result<EnrolmentResult, StoreError> {
    let found = one(
        transaction,
        "select e.member, m.name, e.expires_at, e.used_by
         from enrolment e join member m on m.id = e.member where e.code_hash = $1
         for update of e",
        &[&&enrolling.code_hash[..]],
        |row| {
            let member: MemberId = id(row, 0)?;
            let name: String = get(row, 1)?;
            let used_by: Option<DeviceId> = id_or_none(row, 3)?;
            Ok((member, name, Timestamp(get(row, 2)?), used_by))
        },
    )
    .await?;
    let Some((member, name, expires_at, used_by)) = found else {
        return Ok(EnrolmentResult::Unknown);
    };
    let device = match used_by {
        Some(first) => {
            // The answer was lost on its way and the phone asks again with the same key.
            let same = device(transaction, first).await?.is_some_and(|device| {
                device.revoked_at.is_none()
                    && device.public_key.as_ref() == Some(&enrolling.public_key)
            });
            if !same {
                return Ok(EnrolmentResult::Used);
            }
            first
        }
        None if expires_at <= enrolling.now => return Ok(EnrolmentResult::Expired),
        None => {
            bind(transaction, enrolling, member).await?;
            enrolling.device
        }
    };
    open_session(
        transaction,
        &NewSession {
            token_hash: enrolling.token_hash,
            device,
            expires_at: enrolling.session_expires_at,
        },
    )
    .await?;
    Ok(EnrolmentResult::Enrolled {
        device,
        member,
        name,
    })
}

async fn bind(
    transaction: &Transaction<'_>,
    enrolling: &Enrolling,
    member: MemberId,
) -> Result<(), StoreError> {
    let device = enrolling.device.0;
    run(
        transaction,
        "insert into device (id, member, public_key, label, enrolled_at)
         values ($1, $2, $3, $4, $5)",
        &[
            &device,
            &member.0,
            &enrolling.public_key,
            &enrolling.label,
            &enrolling.now.0,
        ],
    )
    .await?;
    run(
        transaction,
        "update enrolment set used_at = $2, used_by = $3 where code_hash = $1",
        &[&&enrolling.code_hash[..], &enrolling.now.0, &device],
    )
    .await
    .map(drop)
}

pub(super) async fn add_device(
    transaction: &Transaction<'_>,
    device: &NewDevice,
) -> Result<(), StoreError> {
    run(
        transaction,
        "insert into device (id, member, label, enrolled_at) values ($1, $2, $3, $4)",
        &[&device.id.0, &device.member.0, &device.label, &device.at.0],
    )
    .await
    .map(drop)
}

pub(super) async fn device(
    transaction: &Transaction<'_>,
    device: DeviceId,
) -> Result<Option<DeviceRecord>, StoreError> {
    one(
        transaction,
        "select id, member, public_key, label, enrolled_at, revoked_at, met_at
         from device where id = $1",
        &[&device.0],
        device_record,
    )
    .await
}

pub(super) async fn devices(
    transaction: &Transaction<'_>,
    member: MemberId,
) -> Result<Vec<DeviceRecord>, StoreError> {
    all(
        transaction,
        "select id, member, public_key, label, enrolled_at, revoked_at, met_at
         from device where member = $1 order by enrolled_at, id",
        &[&member.0],
        device_record,
    )
    .await
}

fn device_record(row: &Row) -> Result<DeviceRecord, StoreError> {
    Ok(DeviceRecord {
        id: id(row, 0)?,
        member: id(row, 1)?,
        public_key: get(row, 2)?,
        label: get(row, 3)?,
        enrolled_at: Timestamp(get(row, 4)?),
        revoked_at: get::<Option<i64>>(row, 5)?.map(Timestamp),
        met_at: get::<Option<i64>>(row, 6)?.map(Timestamp),
    })
}

pub(super) async fn revoke_device(
    transaction: &Transaction<'_>,
    device: DeviceId,
    at: Timestamp,
) -> Result<(), StoreError> {
    run(
        transaction,
        "update device set revoked_at = $2 where id = $1 and revoked_at is null",
        &[&device.0, &at.0],
    )
    .await?;
    // What the device announced in calendars says from when on its codes are worth nothing.
    run(
        transaction,
        "insert into projection_queue (document, version)
         select d.id, d.version from document d
         where d.id in (select document from host_key where device = $1) order by d.id
         on conflict (document) do update
         set version = greatest(projection_queue.version, excluded.version)",
        &[&device.0],
    )
    .await
    .map(drop)
}

pub(super) async fn device_facts(
    transaction: &Transaction<'_>,
    devices: &BTreeSet<DeviceId>,
) -> Result<BTreeMap<DeviceId, DeviceFacts>, StoreError> {
    let ids: Vec<Uuid> = devices.iter().map(|device| device.0).collect();
    let facts = all(
        transaction,
        "select id, member, public_key, revoked_at from device where id = any($1)",
        &[&ids],
        |row| {
            let facts = DeviceFacts {
                member: id(row, 1)?,
                public_key: get(row, 2)?,
                revoked_at: get::<Option<i64>>(row, 3)?.map(Timestamp),
            };
            Ok((id(row, 0)?, facts))
        },
    )
    .await?;
    Ok(facts.into_iter().collect())
}

pub(super) async fn meet_revoked(
    transaction: &Transaction<'_>,
    device: DeviceId,
    at: Timestamp,
) -> Result<Option<HandOver>, StoreError> {
    one(
        transaction,
        "update device set met_at = coalesce(met_at, $2)
         where id = $1 and revoked_at is not null returning revoked_at, met_at",
        &[&device.0, &at.0],
        |row| {
            Ok(HandOver {
                revoked_at: Timestamp(get(row, 0)?),
                met_at: Timestamp(get(row, 1)?),
            })
        },
    )
    .await
}

pub(super) async fn keep_challenge(
    transaction: &Transaction<'_>,
    challenge: &NewChallenge,
) -> Result<(), StoreError> {
    let device = challenge.device.0;
    run(
        transaction,
        "delete from challenge where device = $1 and (expires_at <= $2 or hash not in
         (select hash from challenge where device = $1 order by expires_at desc limit $3))",
        &[&device, &challenge.now.0, &(CHALLENGES - 1)],
    )
    .await?;
    run(
        transaction,
        "insert into challenge (hash, device, expires_at) values ($1, $2, $3)",
        &[&&challenge.hash[..], &device, &challenge.expires_at.0],
    )
    .await
    .map(drop)
}

pub(super) async fn renew_session(
    transaction: &Transaction<'_>,
    challenge_hash: [u8; 32],
    session: &NewSession,
    now: Timestamp,
) -> Result<Renewal, StoreError> {
    let taken = run(
        transaction,
        "delete from challenge where hash = $1 and device = $2 and expires_at > $3",
        &[&&challenge_hash[..], &session.device.0, &now.0],
    )
    .await?;
    if taken == 0 {
        return Ok(Renewal::ChallengeUnknown);
    }
    run(
        transaction,
        "delete from session where device = $1 and expires_at <= $2",
        &[&session.device.0, &now.0],
    )
    .await?;
    open_session(transaction, session).await?;
    Ok(Renewal::Opened)
}

async fn open_session(
    transaction: &Transaction<'_>,
    session: &NewSession,
) -> Result<(), StoreError> {
    run(
        transaction,
        "insert into session (token_hash, device, expires_at) values ($1, $2, $3)",
        &[
            &&session.token_hash[..],
            &session.device.0,
            &session.expires_at.0,
        ],
    )
    .await
    .map(drop)
}

pub(super) async fn end_session(
    transaction: &Transaction<'_>,
    token_hash: [u8; 32],
) -> Result<Option<DeviceId>, StoreError> {
    one(
        transaction,
        "delete from session where token_hash = $1 returning device",
        &[&&token_hash[..]],
        |row| id(row, 0),
    )
    .await
}

pub(super) async fn session(
    transaction: &Transaction<'_>,
    token_hash: [u8; 32],
) -> Result<Option<SessionRecord>, StoreError> {
    let found = one(
        transaction,
        "select s.expires_at, d.revoked_at, d.id, d.member, o.path, d.met_at
         from session s
         join device d on d.id = s.device
         join member m on m.id = d.member
         join organisation o on o.id = m.branch
         where s.token_hash = $1",
        &[&&token_hash[..]],
        |row| {
            Ok(SessionRecord {
                expires_at: Timestamp(get(row, 0)?),
                revoked_at: get::<Option<i64>>(row, 1)?.map(Timestamp),
                met_at: get::<Option<i64>>(row, 5)?.map(Timestamp),
                authority: Authority {
                    device: id(row, 2)?,
                    member: id(row, 3)?,
                    home: path(row, 4)?,
                    grants: Vec::new(),
                },
            })
        },
    )
    .await?;
    let Some(mut session) = found else {
        return Ok(None);
    };
    session.authority.grants = grants(transaction, session.authority.member).await?;
    Ok(Some(session))
}

/// The rights that were given, and those for what went into an organisation that they cover. A circle
/// of successors ends, for each right is found once.
pub(super) async fn grants(
    transaction: &Transaction<'_>,
    member: MemberId,
) -> Result<Vec<Grant>, StoreError> {
    all(
        transaction,
        "with recursive granted as (
             select a.role, o.id, o.path
             from appointment a join organisation o on o.id = a.organisation
             where a.member = $1
             union
             select g.role, merged.id, merged.path
             from granted g
             join organisation merged on merged.successor is not null
             join organisation successor on successor.id = merged.successor
             where starts_with(successor.path, g.path) and not starts_with(merged.path, g.path)
         )
         select role, id, path from granted order by path, role",
        &[&member.0],
        |row| {
            Ok(Grant {
                role: word(row, 0, Role::parse, "appointment")?,
                organisation: id(row, 1)?,
                path: path(row, 2)?,
            })
        },
    )
    .await
}
