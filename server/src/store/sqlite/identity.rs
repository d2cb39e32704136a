//! Enrolment codes, devices, challenges, sessions.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, Row, params};
use shared::directory::Grant;
use shared::gate::HandOver;
use shared::ids::{DeviceId, MemberId};
use shared::permission::Authority;
use shared::project::DeviceFacts;
use shared::time::Timestamp;
use shared::words::Role;

use super::rows::{all, id, id_or_none, one, path, run, word};
use crate::store::StoreError;
use crate::store::identity::{
    DeviceRecord, Enrolling, Enrolment, EnrolmentResult, NewChallenge, NewDevice, NewSession,
    Renewal, SessionRecord,
};

/// Challenges that a device may have at a time: a stranger who asks for more fills no table.
const CHALLENGES: i64 = 8;

pub(super) fn issue_enrolment(
    connection: &Connection,
    enrolment: &Enrolment,
) -> Result<(), StoreError> {
    run(
        connection,
        "insert into enrolment (code_hash, member, created_by, created_at, expires_at)
         values (?1, ?2, ?3, ?4, ?5)",
        params![
            enrolment.code_hash,
            enrolment.member.0.into_bytes(),
            enrolment.created_by.map(|id| id.0.into_bytes()),
            enrolment.created_at.0,
            enrolment.expires_at.0,
        ],
    )
    .map(drop)
}

pub(super) fn enrol(
    connection: &Connection,
    enrolling: &Enrolling,
) -> Result<EnrolmentResult, StoreError> {
    let found = one(
        connection,
        "select e.member, m.name, e.expires_at, e.used_by
         from enrolment e join member m on m.id = e.member where e.code_hash = ?1",
        [enrolling.code_hash],
        |row| {
            let member: MemberId = id(row, 0)?;
            let name: String = row.get(1)?;
            let used_by: Option<DeviceId> = id_or_none(row, 3)?;
            Ok((member, name, Timestamp(row.get(2)?), used_by))
        },
    )?;
    let Some((member, name, expires_at, used_by)) = found else {
        return Ok(EnrolmentResult::Unknown);
    };
    let device = match used_by {
        Some(first) => {
            // The answer was lost on its way and the phone asks again with the same key.
            let same = device(connection, first)?.is_some_and(|device| {
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
            bind(connection, enrolling, member)?;
            enrolling.device
        }
    };
    open_session(
        connection,
        &NewSession {
            token_hash: enrolling.token_hash,
            device,
            expires_at: enrolling.session_expires_at,
        },
    )?;
    Ok(EnrolmentResult::Enrolled {
        device,
        member,
        name,
    })
}

fn bind(
    connection: &Connection,
    enrolling: &Enrolling,
    member: MemberId,
) -> Result<(), StoreError> {
    let device = enrolling.device.0.into_bytes();
    run(
        connection,
        "insert into device (id, member, public_key, label, enrolled_at)
         values (?1, ?2, ?3, ?4, ?5)",
        params![
            device,
            member.0.into_bytes(),
            enrolling.public_key,
            enrolling.label,
            enrolling.now.0,
        ],
    )?;
    run(
        connection,
        "update enrolment set used_at = ?2, used_by = ?3 where code_hash = ?1",
        params![enrolling.code_hash, enrolling.now.0, device],
    )
    .map(drop)
}

pub(super) fn add_device(connection: &Connection, device: &NewDevice) -> Result<(), StoreError> {
    run(
        connection,
        "insert into device (id, member, label, enrolled_at) values (?1, ?2, ?3, ?4)",
        params![
            device.id.0.into_bytes(),
            device.member.0.into_bytes(),
            device.label,
            device.at.0,
        ],
    )
    .map(drop)
}

pub(super) fn device(
    connection: &Connection,
    device: DeviceId,
) -> Result<Option<DeviceRecord>, StoreError> {
    one(
        connection,
        "select id, member, public_key, label, enrolled_at, revoked_at, met_at
         from device where id = ?1",
        [device.0.into_bytes()],
        device_record,
    )
}

pub(super) fn devices(
    connection: &Connection,
    member: MemberId,
) -> Result<Vec<DeviceRecord>, StoreError> {
    all(
        connection,
        "select id, member, public_key, label, enrolled_at, revoked_at, met_at
         from device where member = ?1 order by enrolled_at, id",
        [member.0.into_bytes()],
        device_record,
    )
}

fn device_record(row: &Row<'_>) -> Result<DeviceRecord, StoreError> {
    Ok(DeviceRecord {
        id: id(row, 0)?,
        member: id(row, 1)?,
        public_key: row.get(2)?,
        label: row.get(3)?,
        enrolled_at: Timestamp(row.get(4)?),
        revoked_at: row.get::<_, Option<i64>>(5)?.map(Timestamp),
        met_at: row.get::<_, Option<i64>>(6)?.map(Timestamp),
    })
}

pub(super) fn revoke_device(
    connection: &Connection,
    device: DeviceId,
    at: Timestamp,
) -> Result<(), StoreError> {
    run(
        connection,
        "update device set revoked_at = ?2 where id = ?1 and revoked_at is null",
        params![device.0.into_bytes(), at.0],
    )?;
    // What the device announced in calendars says from when on its codes are worth nothing.
    run(
        connection,
        "replace into projection_queue (document, version)
         select distinct d.number, d.version from host_key k join document d on d.number = k.document
         where k.device = ?1",
        [device.0.into_bytes()],
    )
    .map(drop)
}

pub(super) fn device_facts(
    connection: &Connection,
    devices: &BTreeSet<DeviceId>,
) -> Result<BTreeMap<DeviceId, DeviceFacts>, StoreError> {
    let mut facts = BTreeMap::new();
    for device in devices {
        let found = one(
            connection,
            "select member, public_key, revoked_at from device where id = ?1",
            [device.0.into_bytes()],
            |row| {
                Ok(DeviceFacts {
                    member: id(row, 0)?,
                    public_key: row.get(1)?,
                    revoked_at: row.get::<_, Option<i64>>(2)?.map(Timestamp),
                })
            },
        )?;
        facts.extend(found.map(|found| (*device, found)));
    }
    Ok(facts)
}

pub(super) fn meet_revoked(
    connection: &Connection,
    device: DeviceId,
    at: Timestamp,
) -> Result<Option<HandOver>, StoreError> {
    one(
        connection,
        "update device set met_at = coalesce(met_at, ?2)
         where id = ?1 and revoked_at is not null returning revoked_at, met_at",
        params![device.0.into_bytes(), at.0],
        |row| {
            Ok(HandOver {
                revoked_at: Timestamp(row.get(0)?),
                met_at: Timestamp(row.get(1)?),
            })
        },
    )
}

pub(super) fn keep_challenge(
    connection: &Connection,
    challenge: &NewChallenge,
) -> Result<(), StoreError> {
    let device = challenge.device.0.into_bytes();
    run(
        connection,
        "delete from challenge where device = ?1 and (expires_at <= ?2 or hash not in
         (select hash from challenge where device = ?1 order by expires_at desc limit ?3))",
        params![device, challenge.now.0, CHALLENGES - 1],
    )?;
    run(
        connection,
        "insert into challenge (hash, device, expires_at) values (?1, ?2, ?3)",
        params![challenge.hash, device, challenge.expires_at.0],
    )
    .map(drop)
}

pub(super) fn renew_session(
    connection: &Connection,
    challenge_hash: [u8; 32],
    session: &NewSession,
    now: Timestamp,
) -> Result<Renewal, StoreError> {
    let taken = run(
        connection,
        "delete from challenge where hash = ?1 and device = ?2 and expires_at > ?3",
        params![challenge_hash, session.device.0.into_bytes(), now.0],
    )?;
    if taken == 0 {
        return Ok(Renewal::ChallengeUnknown);
    }
    run(
        connection,
        "delete from session where device = ?1 and expires_at <= ?2",
        params![session.device.0.into_bytes(), now.0],
    )?;
    open_session(connection, session)?;
    Ok(Renewal::Opened)
}

fn open_session(connection: &Connection, session: &NewSession) -> Result<(), StoreError> {
    run(
        connection,
        "insert into session (token_hash, device, expires_at) values (?1, ?2, ?3)",
        params![
            session.token_hash,
            session.device.0.into_bytes(),
            session.expires_at.0,
        ],
    )
    .map(drop)
}

pub(super) fn end_session(
    connection: &Connection,
    token_hash: [u8; 32],
) -> Result<Option<DeviceId>, StoreError> {
    one(
        connection,
        "delete from session where token_hash = ?1 returning device",
        [token_hash],
        |row| id(row, 0),
    )
}

pub(super) fn session(
    connection: &Connection,
    token_hash: [u8; 32],
) -> Result<Option<SessionRecord>, StoreError> {
    let found = one(
        connection,
        "select s.expires_at, d.revoked_at, d.id, d.member, o.path, d.met_at
         from session s
         join device d on d.id = s.device
         join member m on m.id = d.member
         join organisation o on o.id = m.branch
         where s.token_hash = ?1",
        [token_hash],
        |row| {
            Ok(SessionRecord {
                expires_at: Timestamp(row.get(0)?),
                revoked_at: row.get::<_, Option<i64>>(1)?.map(Timestamp),
                met_at: row.get::<_, Option<i64>>(5)?.map(Timestamp),
                authority: Authority {
                    device: id(row, 2)?,
                    member: id(row, 3)?,
                    home: path(row, 4)?,
                    grants: Vec::new(),
                },
            })
        },
    )?;
    let Some(mut session) = found else {
        return Ok(None);
    };
    session.authority.grants = grants(connection, session.authority.member)?;
    Ok(Some(session))
}

/// The rights that were given, and those for what went into an organisation that they cover. A circle
/// of successors ends, for each right is found once.
pub(super) fn grants(connection: &Connection, member: MemberId) -> Result<Vec<Grant>, StoreError> {
    all(
        connection,
        "with recursive granted (role, id, path) as (
             select a.role, o.id, o.path
             from appointment a join organisation o on o.id = a.organisation
             where a.member = ?1
             union
             select g.role, merged.id, merged.path
             from granted g
             cross join organisation merged
             cross join organisation successor on successor.id = merged.successor
             where merged.successor is not null
               and substr(successor.path, 1, length(g.path)) = g.path
               and substr(merged.path, 1, length(g.path)) <> g.path
         )
         select role, id, path from granted order by path, role",
        [member.0.into_bytes()],
        |row| {
            Ok(Grant {
                role: word(row, 0, Role::parse, "appointment")?,
                organisation: id(row, 1)?,
                path: path(row, 2)?,
            })
        },
    )
}
