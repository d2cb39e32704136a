//! 已通过的服务时长: what counts of the owner's service. Never a ranking or a comparison.

use leptos::prelude::*;
use shared::client::MatterView;
use shared::time::Day;

use crate::components::{StatGrid, StatTile};
use crate::pages::service_words::hours;
use crate::pages::words;
use crate::state::use_app_state;
use crate::t;

/// Minutes that count, and records that do not yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Approved {
    quarter: i64,
    year: i64,
    all: i64,
    /// Records on which nobody has decided.
    waiting: usize,
}

impl Approved {
    fn of(services: &[MatterView], today: Day) -> Self {
        let mut approved = Self::default();
        for matter in services.iter().map(|view| &view.row.matter) {
            let minutes = i64::from(matter.minutes());
            approved.all += minutes;
            if matter.day.date().0 == today.date().0 {
                approved.year += minutes;
            }
            if matter.day.quarter() == today.quarter() {
                approved.quarter += minutes;
            }
            if matter.is_open() {
                approved.waiting += 1;
            }
        }
        approved
    }
}

/// 已通过的服务时长 of the quarter, of the year and in all.
#[component]
pub(super) fn ApprovedHours(services: Memo<Vec<MatterView>>) -> impl IntoView {
    let now = use_app_state().now();
    let today = Memo::new(move |_| now.get().day());
    let approved = Memo::new(move |_| services.with(|views| Approved::of(views, today.get())));
    let tile = move |minutes: fn(Approved) -> i64| move || hours(minutes(approved.get()));
    let waiting = move || match approved.get().waiting {
        0 => t!(service.approved_explain),
        waiting => t!(service.approved_waiting, n = words::count(waiting)),
    };
    view! {
        <div class="service-hours" data-minutes=move || approved.get().all.to_string()>
            <h3 class="service-title">{move || t!(service.approved)}</h3>
            <StatGrid>
                <StatTile
                    label=move || t!(record.this_quarter)
                    value=tile(|approved| approved.quarter)
                />
                <StatTile label=move || t!(record.this_year) value=tile(|approved| approved.year) />
                <StatTile label=move || t!(record.all_time) value=tile(|approved| approved.all) />
            </StatGrid>
            <p class="small-print">{waiting}</p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use shared::words::RequestState;

    use super::super::examples;
    use super::*;

    fn view(day: Day, minutes: u32, state: RequestState) -> MatterView {
        examples::view(minutes.into(), examples::service(day, minutes), state)
    }

    #[test]
    fn only_what_is_approved_counts_and_each_period_by_the_day_of_the_service() {
        let today = Day::of(2026, 11, 22);
        let views = [
            view(Day::of(2026, 10, 1), 60, RequestState::Accepted),
            view(Day::of(2026, 9, 30), 90, RequestState::Accepted),
            view(Day::of(2025, 12, 31), 30, RequestState::Accepted),
            view(today, 240, RequestState::Waiting),
            view(today, 120, RequestState::Returned),
            view(today, 180, RequestState::Joined),
        ];
        assert_eq!(
            Approved::of(&views, today),
            Approved {
                quarter: 60,
                year: 150,
                all: 180,
                waiting: 1,
            }
        );
    }
}
