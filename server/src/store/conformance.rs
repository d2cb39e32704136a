//! What every store must do, as named checks over a fresh store each. A method of [`Store`] that no
//! check calls does not belong there.

mod compaction;
mod derived;
mod directory;
mod documents;
mod figures;
mod identity;
mod lectures;
mod ledgers;
mod matter_lists;
mod matters;
mod photos;
mod shared_rows;
pub(crate) mod statements;
mod tokens;
pub(crate) mod world;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::Store;

type Run = Pin<Box<dyn Future<Output = ()> + Send>>;

/// One check.
pub struct Check {
    /// What it proves.
    pub name: &'static str,
    run: fn(Arc<dyn Store>) -> Run,
}

macro_rules! checks {
    ($($module:ident::$check:ident,)+) => {
        &[$(Check {
            name: stringify!($check),
            run: |store| Box::pin($module::$check(store)),
        },)+]
    };
}

/// Every check.
pub const CHECKS: &[Check] = checks![
    directory::a_city_is_made_once,
    directory::rows_are_put_by_id_and_the_version_moves_only_when_one_changed,
    directory::rows_that_contradict_each_other_are_refused_whole,
    directory::a_slice_holds_the_line_what_is_beneath_and_the_members_of_the_own_branch,
    directory::a_team_is_on_its_members_phones_and_they_are_on_its_leaders,
    directory::totals_move_with_an_organisation,
    directory::a_store_tells_its_size_its_queue_and_its_epoch,
    documents::changes_are_appended_at_their_base_only,
    documents::what_a_device_brings_is_counted_by_day_and_bounded,
    documents::one_day_is_shared_by_all_that_a_device_sends_at_once,
    documents::a_phone_reads_what_it_has_not_seen,
    documents::an_answer_that_is_full_leaves_the_rest_for_the_next,
    documents::appends_of_many_at_once_lose_nothing,
    compaction::a_snapshot_takes_the_place_of_changes_and_loses_none,
    compaction::a_phone_gets_what_it_lacks_whatever_was_replaced,
    compaction::heads_come_in_pages,
    identity::a_code_enrols_one_device,
    identity::a_session_shows_the_rights_of_now,
    identity::who_has_a_right_for_a_successor_has_it_for_what_went_into_it,
    identity::a_session_that_is_ended_is_nobodys,
    identity::a_revoked_device_is_met_once,
    identity::a_challenge_is_good_once_and_for_its_device,
    identity::the_audit_log_returns_the_newest_first,
    derived::a_projection_is_applied_whole_or_not_at_all,
    derived::a_document_that_moved_on_stays_in_the_queue,
    derived::a_rebuild_reproduces_every_row_and_revision,
    derived::attendance_and_feedback_name_people,
    figures::a_dashboard_has_its_numbers_by_facet_by_day_and_beneath,
    figures::cells_that_are_remembered_are_not_read_until_they_change,
    figures::venues_are_used_or_not_whoever_holds_what,
    figures::what_is_not_confirmed_is_listed_the_oldest_first,
    figures::what_counts_of_somebody_is_found,
    lectures::a_scan_is_worth_what_its_host_and_its_arrival_make_it,
    lectures::a_ruling_and_a_visitor_stand_in_the_list,
    lectures::the_roster_names_the_members_of_organisations_and_single_people,
    matters::what_is_said_stands_by_topic_until_it_is_removed,
    matters::a_phone_is_told_what_became_of_requests,
    matters::the_asking_organisation_is_told_too,
    matters::what_is_long_over_is_told_to_nobody_but_its_owner,
    matters::many_matters_come_in_parts,
    matter_lists::a_list_of_matters_is_that_of_a_side,
    matter_lists::registrations_and_service_are_counted,
    matter_lists::one_registers_at_the_topmost_organisation_of_a_village,
    ledgers::a_ledger_of_activities_goes_on_where_a_page_ended,
    ledgers::a_ledger_of_matters_goes_on_where_a_page_ended,
    tokens::a_token_is_known_by_its_hash_until_and_after_it_is_revoked,
    photos::a_photo_comes_in_parts_each_where_the_last_ended,
    photos::a_device_begins_so_many_photos_a_day,
    photos::a_photo_names_the_services_that_show_it,
    shared_rows::what_projections_change_is_told_once_and_in_order,
    shared_rows::one_process_projects_until_its_time_is_up,
    shared_rows::a_copy_holds_everything,
];

/// Runs every check over a store of its own.
///
/// # Panics
/// When the store does not do what a check asks for; the name of the check is printed before.
pub async fn run<S>(open: impl Fn() -> S)
where
    S: Future<Output = Arc<dyn Store>>,
{
    for check in CHECKS {
        println!("{}", check.name);
        (check.run)(open().await).await;
    }
}
