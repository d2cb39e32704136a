//! The pieces that screens are made of.
//!
//! Data and callbacks come in; markup with the classes of `public/styles` goes
//! out. No component imports a page, reaches the driver or knows the app's
//! state, and none holds a visible text: words come in as props or by `t!`.

mod button;
mod choice;
mod chrome;
mod field;
mod figures;
mod full_screen;
mod heat;
mod icon;
mod list;
mod notice;
mod progress;
mod qr;
mod scale;
mod shares;
mod sheet;
mod state;
mod status;
mod table;
mod ticks;
mod tile_map;
mod trend;
mod viewfinder;

pub use button::{Button, ButtonKind, ButtonLink, ButtonRole, ButtonSize};
pub use choice::{Choice, LabelPlace, Segmented, Select, Switch};
pub use chrome::{AppFrame, BottomTabs, DemoRibbon, Screen, ScreenWidth, Tab, TopBar};
pub use field::{Field, InputKind, TextArea, TextInput, takes_enter};
pub use figures::{Share, ShareBar, StatGrid, StatTile};
pub use full_screen::FullScreen;
pub use heat::{HeatDay, HeatMap};
pub use icon::{Glyph, Icon};
pub use list::{Card, List, ListRow, Section};
pub use notice::{Notice, ToastMessage, Toasts};
pub use progress::Progress;
pub use qr::{CodeCard, QrCode};
pub use shares::{ShareList, SharePart};
pub use sheet::Sheet;
pub use state::{EmptyState, ErrorState, LoadingState};
pub use status::{Chip, OnlineBadge, RecordStatus, StatusChip, Tone, UnsentBadge};
pub use table::{Align, Column, DataTable, TableRow};
pub use ticks::Ticks;
pub use tile_map::{MapTile, TileMap};
pub use trend::{BarTrend, TrendBar};
pub use viewfinder::{PhotoButton, Viewfinder};

use std::sync::atomic::{AtomicU32, Ordering};

/// Returns an element id that no other element of this page has.
fn fresh_id(stem: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("{stem}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
