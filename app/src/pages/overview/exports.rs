//! 导出: the ledgers of the organisation and the period, each as a workbook or as text, with how far
//! the server and the network are.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{Dashboard, ExportTable};
use shared::codes::Code;

use crate::components::{
    Button, Card, Choice, Icon, LabelPlace, Notice, Progress, Section, Segmented, Select, Tone,
};
use crate::locale::{format_number, format_percent};
use crate::pages::trouble::TroublePlace;
use crate::pages::words::said;
use crate::state::{DownloadNews, DownloadTask, ExportFormat, ExportWanted, use_app_state};
use crate::t;

/// Bytes of a megabyte, as file managers count.
const MEGABYTE: u64 = 1_000_000;

#[component]
pub(super) fn ExportsSection(#[prop(into)] dashboard: Signal<Dashboard>) -> impl IntoView {
    let state = use_app_state();
    let (table, format) = (
        RwSignal::new(ExportTable::Attendance),
        RwSignal::new(ExportFormat::Xlsx),
    );
    let task = RwSignal::new_local(None::<DownloadTask>);
    let news = RwSignal::new(None::<DownloadNews>);
    let failure = RwSignal::new(None::<Code>);
    let untaken = RwSignal::new(false);
    let busy = Memo::new(move |_| task.with(Option::is_some));
    let begin = Callback::new(move |()| {
        let wanted = dashboard.with_untracked(|dashboard| ExportWanted {
            table: table.get_untracked(),
            format: format.get_untracked(),
            organisation: dashboard.organisation.id,
            from: dashboard.from,
            to: dashboard.to,
        });
        let begun = DownloadTask::new();
        task.set(Some(begun.clone()));
        news.set(None);
        failure.set(None);
        untaken.set(false);
        spawn_local(async move {
            let told = move |told| {
                news.try_set(Some(told));
            };
            let taken = state.download_ledger(wanted, &begun, told).await;
            task.try_set(None);
            match taken {
                Ok(taken) => untaken.try_set(!taken).map_or((), drop),
                // Whoever ended it need not be told.
                Err(_) if begun.is_cancelled() => {}
                Err(code) => failure.try_set(Some(code)).map_or((), drop),
            }
        });
    });
    let end = move || {
        task.with_untracked(|task| {
            if let Some(task) = task {
                task.cancel();
            }
        });
    };
    on_cleanup(end);
    view! {
        <Section title=move || t!(export.title) lead=said(move || t!(export.lead))>
            <Card>
                <div class="exports">
                    <Choices table format busy />
                    <div class="export-actions">
                        <Button
                            label=move || t!(action.export)
                            icon=Icon::Download
                            busy=busy
                            on_press=begin
                        />
                        <Show when=move || busy.get()>
                            <Button label=move || t!(action.cancel) on_press=end />
                        </Show>
                    </div>
                    <Show when=move || busy.get()>
                        <Progress
                            label=move || progress_words(news.get())
                            part=Signal::derive(move || progress_part(news.get()))
                        />
                    </Show>
                    <Show when=move || untaken.get()>
                        <Notice text=move || t!(paper.untaken) tone=Tone::Notice />
                    </Show>
                    <TroublePlace code=failure />
                </div>
            </Card>
        </Section>
    }
}

#[component]
fn Choices(
    table: RwSignal<ExportTable>,
    format: RwSignal<ExportFormat>,
    busy: Memo<bool>,
) -> impl IntoView {
    let tables = ExportTable::ALL.map(|one| Choice::new(one.as_str(), move || table_name(one)));
    let formats = ExportFormat::ALL.map(|one| Choice::new(one.ending(), move || format_name(one)));
    view! {
        <Select
            label=move || t!(export.table)
            choices=Signal::stored(tables.to_vec())
            value=Signal::derive(move || table.get().as_str().to_owned())
            disabled=busy
            on_change=move |word: String| {
                if let Some(found) = ExportTable::parse(&word) {
                    table.set(found);
                }
            }
        />
        <Segmented
            label=move || t!(export.format)
            label_place=LabelPlace::Hidden
            choices=Signal::stored(formats.to_vec())
            value=Signal::derive(move || format.get().ending().to_owned())
            on_change=move |word: String| {
                if let Some(found) = ExportFormat::ALL.into_iter().find(|one| one.ending() == word) {
                    format.set(found);
                }
            }
        />
    }
}

fn table_name(table: ExportTable) -> String {
    match table {
        ExportTable::Attendance => t!(export.attendance),
        ExportTable::Registrations => t!(export.registrations),
        ExportTable::Service => t!(export.service),
        ExportTable::Activities => t!(export.activities),
        ExportTable::Figures => t!(export.figures),
    }
}

fn format_name(format: ExportFormat) -> String {
    match format {
        ExportFormat::Xlsx => t!(export.xlsx),
        ExportFormat::Csv => t!(export.csv),
    }
}

fn progress_words(news: Option<DownloadNews>) -> String {
    match news {
        None => t!(export.asked),
        Some(DownloadNews::Writing { rows, of }) => t!(
            export.writing,
            rows = number(rows),
            of = number(of),
            percent = format_percent(rows, of)
        ),
        Some(DownloadNews::Arriving { bytes, of: None }) => {
            t!(export.arriving, bytes = megabytes(bytes))
        }
        Some(DownloadNews::Arriving {
            bytes,
            of: Some(of),
        }) => t!(
            export.arriving_of,
            bytes = megabytes(bytes),
            of = megabytes(of)
        ),
    }
}

/// How much is done, in thousandths; `None` while nobody can say.
fn progress_part(news: Option<DownloadNews>) -> Option<u64> {
    let (done, of) = match news? {
        DownloadNews::Writing { rows, of } => (rows, of),
        DownloadNews::Arriving { bytes, of } => (bytes, of?),
    };
    (done.min(of) * 1_000).checked_div(of)
}

/// Megabytes with one decimal.
fn megabytes(bytes: u64) -> String {
    let tenths = (bytes * 10).div_ceil(MEGABYTE);
    format!("{}.{}", number(tenths / 10), tenths % 10)
}

fn number(number: u64) -> String {
    format_number(i64::try_from(number).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_told_where_somebody_knows_it() {
        assert_eq!(progress_part(None), None);
        let writing = |rows, of| progress_part(Some(DownloadNews::Writing { rows, of }));
        assert_eq!(writing(350, 1_000), Some(350));
        assert_eq!(writing(0, 0), None);
        let arriving = |bytes, of| progress_part(Some(DownloadNews::Arriving { bytes, of }));
        assert_eq!(arriving(7, None), None);
        assert_eq!(arriving(9, Some(8)), Some(1_000));
        assert_eq!(megabytes(1_250_000), "1.3");
        assert_eq!(megabytes(1), "0.1");
    }
}
