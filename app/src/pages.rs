//! The screens. Each takes what it shows from [`AppState`](crate::state::AppState) and gives back
//! what the person does; none reaches the driver, and none holds a visible text.
//!
//! The frame shows the one `h1`, the tabs and the toasts; a page begins with its content.

mod activity;
mod affairs;
mod attended;
mod audience;
mod by_code;
mod check_in;
mod community;
mod elsewhere;
mod enrol;
mod export;
mod facts;
mod feedback;
mod fresh;
mod later;
mod leave;
mod members;
mod name_search;
mod not_found;
mod overview;
mod paper;
mod phase;
mod photo;
mod planning;
mod progress;
mod reason_sheet;
mod records;
mod scan;
mod scanner;
mod service;
mod service_words;
mod settings;
mod storage;
mod today;
mod trouble;
mod typed;
mod unconfirmed;
mod words;

pub use activity::ActivityPage;
pub use elsewhere::ElsewherePage;
pub use enrol::EnrolPage;
pub use feedback::FeedbackSheet;
pub use later::{
    LaterAffairs, LaterAttended, LaterBoard, LaterCopy, LaterEditPlan, LaterMembers, LaterNewPlan,
    LaterOverview, LaterPaper, LaterPlanning, LaterQuarterly, LaterReceipt, LaterRecords,
    LaterReport, LaterService, LaterSettings, LaterTeam, LaterUnconfirmed, LaterUnit, fetch_ahead,
};
pub use not_found::NotFoundPage;
pub use scan::ScanSheet;
pub use service::ServiceScreen;
pub use storage::StoragePage;
pub use today::TodayPage;
