//! The directory of the simulated city: four levels of organisations, people, roles, and the slice
//! that each phone gets.

use std::collections::{BTreeMap, BTreeSet};

use shared::directory::{City, DirectorySlice, Grant, Member, Organisation};
use shared::ids::{AreaCode, DeviceId, MemberId, OrganisationId, OrganisationPath};
use shared::permission::Authority;
use shared::project::DeviceFacts;
use shared::words::{OrganisationKind, Role};
use uuid::Uuid;

const CITY: &str = "441200";
const COUNTIES: u64 = 2;
const TOWNS: u64 = 2;
const BRANCHES: u64 = 2;

/// The directory, with a version that grows with every change.
pub(super) struct Directory {
    pub(super) version: u64,
    pub(super) organisations: BTreeMap<OrganisationPath, Organisation>,
    pub(super) members: BTreeMap<MemberId, Person>,
    pub(super) devices: BTreeMap<DeviceId, DeviceFacts>,
}

/// A person with a home and roles.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) home: OrganisationPath,
    pub(super) grants: BTreeSet<Grant>,
}

/// Returns the code of the city.
pub(super) fn city() -> AreaCode {
    AreaCode::parse(CITY).expect("the city's code has six digits")
}

impl Directory {
    pub(super) fn found(people: u64) -> Self {
        let mut directory = Self {
            version: 1,
            organisations: BTreeMap::new(),
            members: BTreeMap::new(),
            devices: BTreeMap::new(),
        };
        directory.plant("001".into(), &[COUNTIES, TOWNS, BRANCHES]);
        let branches = directory.branches();
        for number in 0..people {
            let home =
                branches[usize::try_from(number).expect("people are few") % branches.len()].clone();
            let mut grants = BTreeSet::new();
            let round = number / branches.len() as u64;
            // The first of a branch coordinates it, the second hosts; the third of some coordinate a
            // town or a county.
            let role = match (round, number % 4) {
                (0, _) => Some((Role::Coordinator, Some(home.clone()))),
                (1, 0 | 1) => Some((Role::Host, Some(home.clone()))),
                (2, 0) => Some((Role::Coordinator, home.parent())),
                (2, 1) => Some((
                    Role::Coordinator,
                    home.parent().and_then(|town| town.parent()),
                )),
                _ => None,
            };
            if let Some((role, Some(path))) = role {
                grants.extend(directory.grant(role, &path));
            }
            let id = MemberId(Uuid::from_u128(0x0100_0000 + u128::from(number)));
            directory.members.insert(id, Person { home, grants });
        }
        directory
    }

    fn plant(&mut self, path: String, beneath: &[u64]) {
        let kind = match beneath.len() {
            0 => OrganisationKind::Branch,
            1 => OrganisationKind::GeneralBranch,
            2 => OrganisationKind::WorkCommittee,
            _ => OrganisationKind::Committee,
        };
        let number = self.organisations.len() as u128;
        let parsed = OrganisationPath::parse(&path).expect("three digits a level");
        let organisation = Organisation {
            id: OrganisationId(Uuid::from_u128(0x0200_0000 + number)),
            path: parsed.clone(),
            name: path.clone(),
            kind,
            area: city(),
        };
        self.organisations.insert(parsed, organisation);
        if let Some((width, deeper)) = beneath.split_first() {
            for child in 1..=*width {
                self.plant(format!("{path}{child:03}"), deeper);
            }
        }
    }

    /// Returns the paths of the branches.
    pub(super) fn branches(&self) -> Vec<OrganisationPath> {
        self.organisations
            .values()
            .filter(|organisation| organisation.kind == OrganisationKind::Branch)
            .map(|organisation| organisation.path.clone())
            .collect()
    }

    pub(super) fn grant(&self, role: Role, path: &OrganisationPath) -> Option<Grant> {
        let organisation = self.organisations.get(path)?;
        Some(Grant {
            role,
            organisation: organisation.id,
            path: path.clone(),
        })
    }

    /// Changes a person's home or roles.
    pub(super) fn change(&mut self, member: MemberId, change: impl FnOnce(&mut Person)) {
        if let Some(person) = self.members.get_mut(&member) {
            change(person);
            self.version += 1;
        }
    }

    pub(super) fn path(&self, id: OrganisationId) -> Option<&OrganisationPath> {
        self.organisations
            .values()
            .find(|organisation| organisation.id == id)
            .map(|organisation| &organisation.path)
    }

    pub(super) fn authority(&self, device: DeviceId, member: MemberId) -> Authority {
        let person = &self.members[&member];
        Authority {
            device,
            member,
            home: person.home.clone(),
            grants: person.grants.iter().cloned().collect(),
        }
    }

    /// Returns what a phone of this member gets.
    pub(super) fn slice(&self, member: MemberId) -> DirectorySlice {
        let person = &self.members[&member];
        let mut paths: BTreeSet<OrganisationPath> = person.home.line().collect();
        for grant in &person.grants {
            paths.extend(grant.path.line());
            let beneath = self
                .organisations
                .keys()
                .filter(|path| path.parent().as_ref() == Some(&grant.path));
            paths.extend(beneath.cloned());
        }
        let members = self
            .members
            .iter()
            .filter(|(_, other)| person.grants.iter().any(|grant| grant.path == other.home))
            .map(|(id, other)| self.member(*id, other))
            .collect();
        DirectorySlice {
            city: City {
                code: city(),
                name: "城".into(),
                demo: true,
            },
            owner: self.member(member, person),
            grants: person.grants.iter().cloned().collect(),
            organisations: paths
                .iter()
                .map(|path| self.organisations[path].clone())
                .collect(),
            areas: Vec::new(),
            venues: Vec::new(),
            members,
            teams: Vec::new(),
        }
    }

    fn member(&self, id: MemberId, person: &Person) -> Member {
        Member {
            id,
            name: id.to_string(),
            branch: self.organisations[&person.home].id,
            phone_masked: None,
        }
    }
}
