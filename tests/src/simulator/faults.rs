//! What can go wrong, how often in this world, and how often it did.
//!
//! Swarm-style: each seed switches every fault off or gives it a rate of its own, so that rare
//! combinations are met undisturbed by the common ones.

use std::collections::BTreeMap;

use super::chance::Chance;

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A request never arrives.
    RequestLost,
    /// An answer never arrives.
    AnswerLost,
    /// A request is processed twice.
    RequestDuplicated,
    /// An answer is delivered twice.
    AnswerDuplicated,
    /// An answer ends early.
    AnswerCut,
    /// A message is late, beyond others sent after it and sometimes beyond the phone's patience.
    MessageDelayed,
    /// The app dies before a write is durable.
    PhoneCrashBeforeWrite,
    /// The app dies after a write is durable and before the engine hears of it.
    PhoneCrashAfterWrite,
    /// The app dies with a request on its way.
    PhoneCrashSending,
    /// The phone has no space for a while.
    StorageFull,
    /// The browser denies storage for a while.
    StorageDenied,
    /// The storage does not answer for a while.
    StorageUnavailable,
    /// A stored row of the phone is damaged.
    RowDamaged,
    /// The server dies before it loads what a request needs.
    ServerCrashBeforeLoad,
    /// The server dies between the gate and the append.
    ServerCrashBeforeAppend,
    /// The server dies with some documents of a request appended and others not.
    ServerCrashBetweenAppends,
    /// The server dies after the append and before the answer.
    ServerCrashBeforeAnswer,
    /// The server has more to do than it can and sends everybody away for a while.
    ServerOverloaded,
    /// The server takes its time between two steps of a request.
    ServerSlow,
    /// A document moved on between load and append.
    DocumentMoved,
    /// The server answers that it is busy, and for how long.
    ServerBusy,
    /// The server takes fewer changes in a request than the phone offers.
    RequestTooLarge,
    /// The device has brought what it may in a day.
    QuotaExceeded,
    /// The phone's session has ended.
    SessionExpired,
    /// A phone has no network for minutes to hours.
    Offline,
    /// A phone's clock is minutes to hours off.
    ClockSkewed,
    /// A phone's clock is years off.
    ClockInsane,
    /// A phone's clock is set: years off, hours off, or right.
    ClockSet,
    /// The browser throws away what the phone held while the app is closed.
    StorageEvicted,
    /// The browser empties the storage under the open app.
    StorageEmptied,
    /// Another tab takes the lead, and the first does not know it yet.
    SecondTab,
    /// The tab that took the lead is killed.
    LeaderKilled,
    /// Another phone is set up from a backup of a phone.
    DeviceCopied,
    /// A device is revoked, whatever is unsent on it.
    DeviceRevoked,
    /// The app is updated: its rows were written by the version before.
    AppUpgraded,
    /// A person loses a role.
    GrantRevoked,
    /// A person gets a role.
    GrantAdded,
    /// A member moves to another branch.
    MemberMoved,
    /// A phone offers a change that its engine did not make.
    ChangeForged,
    /// A person enters what the server cannot accept.
    RecordPoisoned,
    /// The server is restored from an older backup.
    Restored,
}

impl Fault {
    /// Every fault that is drawn, with its highest rate in a thousand occasions. That a document
    /// moves on is no fault by itself: it comes of the others.
    pub const ALL: [(Self, u64); 40] = [
        (Self::RequestLost, 150),
        (Self::AnswerLost, 150),
        (Self::RequestDuplicated, 100),
        (Self::AnswerDuplicated, 100),
        (Self::AnswerCut, 80),
        (Self::MessageDelayed, 150),
        (Self::PhoneCrashBeforeWrite, 25),
        (Self::PhoneCrashAfterWrite, 25),
        (Self::PhoneCrashSending, 30),
        (Self::StorageFull, 20),
        (Self::StorageDenied, 20),
        (Self::StorageUnavailable, 40),
        (Self::RowDamaged, 400),
        (Self::ServerCrashBeforeLoad, 15),
        (Self::ServerCrashBeforeAppend, 20),
        (Self::ServerCrashBetweenAppends, 60),
        (Self::ServerCrashBeforeAnswer, 15),
        (Self::ServerOverloaded, 150),
        (Self::ServerSlow, 300),
        (Self::ServerBusy, 60),
        (Self::RequestTooLarge, 60),
        (Self::QuotaExceeded, 30),
        (Self::SessionExpired, 60),
        (Self::Offline, 500),
        (Self::ClockSkewed, 400),
        (Self::ClockInsane, 40),
        (Self::ClockSet, 300),
        (Self::StorageEvicted, 150),
        (Self::StorageEmptied, 10),
        (Self::SecondTab, 300),
        (Self::LeaderKilled, 500),
        (Self::DeviceCopied, 60),
        (Self::DeviceRevoked, 150),
        (Self::AppUpgraded, 500),
        (Self::GrantRevoked, 250),
        (Self::GrantAdded, 250),
        (Self::MemberMoved, 250),
        (Self::ChangeForged, 500),
        (Self::RecordPoisoned, 100),
        (Self::Restored, 150),
    ];
}

/// The rates of one world and what has struck so far.
pub(super) struct Faults {
    rates: BTreeMap<Fault, u64>,
    counts: BTreeMap<Fault, u64>,
    calm: bool,
}

impl Faults {
    pub(super) fn draw(chance: &mut Chance) -> Self {
        let mut rates = BTreeMap::new();
        for (fault, highest) in Fault::ALL {
            // Drawn for a switched-off fault too, so that one rate does not shift the others.
            let rate = chance.below(highest) + 1;
            if chance.happens(500) {
                rates.insert(fault, rate);
            }
        }
        // What a restore may cost is defined only for phones that kept their rows and their rights:
        // what takes either then takes the last copy, and no software brings it back.
        if rates.contains_key(&Fault::Restored) {
            for fault in [
                Fault::RowDamaged,
                Fault::GrantRevoked,
                Fault::StorageEvicted,
                Fault::StorageEmptied,
                Fault::DeviceRevoked,
            ] {
                rates.remove(&fault);
            }
        }
        Self {
            rates,
            counts: BTreeMap::new(),
            calm: false,
        }
    }

    /// Tells whether a fault strikes on this occasion, and counts it.
    pub(super) fn strikes(&mut self, fault: Fault, chance: &mut Chance) -> bool {
        let rate = self.rates.get(&fault).copied().unwrap_or(0);
        let strikes = !self.calm && chance.happens(rate);
        if strikes {
            self.count(fault);
        }
        strikes
    }

    pub(super) fn count(&mut self, fault: Fault) {
        *self.counts.entry(fault).or_default() += 1;
    }

    /// Stops all faults for good.
    pub(super) fn stop(&mut self) {
        self.calm = true;
    }

    pub(super) fn is_calm(&self) -> bool {
        self.calm
    }

    pub(super) fn counts(&self) -> &BTreeMap<Fault, u64> {
        &self.counts
    }
}
