//! `cargo xtask shots`: a picture of every screen at 360×740, and of the coordinators' at 1280×800,
//! light and dark, Chinese and English, and the elder mode; and what axe says of each.

use std::path::{Path, PathBuf};

use serde_json::json;
use tests::browser::{Capture, ColorScheme, Page};
use tests::story::{Phone, Stage, Told, check_in, go, open_activity, says};

/// A screen of the app: the name of its picture and the text of its tab.
const MEMBER_SCREENS: [(&str, &str); 3] = [
    ("today", "今日"),
    ("records", "我的记录"),
    ("settings", "设置"),
];
/// What members see of registrations, service and the lists: picture, path, and words of the screen.
const SERVICE_SCREENS: [(&str, &str, &str); 6] = [
    ("service", "/service", "已通过的服务时长"),
    ("register", "/service/register", "接收意见"),
    ("register-form", "/service/register/new", "到哪个社区"),
    ("service-new", "/service/new", "服务内容"),
    ("services", "/service/records", "记录服务"),
    ("lists", "/service/lists", "我的认领"),
];
/// What coordinators see of them.
const AFFAIR_SCREENS: [(&str, &str, &str, &str); 5] = [
    ("affairs", "branch_coordinator", "/affairs", "党员报到"),
    ("board", "branch_coordinator", "/affairs/board", "微心愿"),
    ("unit", "unit_coordinator", "/affairs/unit", "党员总数"),
    ("team", "team_leader", "/affairs/team", "代录的服务"),
    ("report", "branch_coordinator", "/affairs/service", "按类别"),
];
const COORDINATOR_SCREENS: [(&str, &str); 2] = [("overview", "统计"), ("members", "成员")];

/// Stands for the first share.
const SHARE: &str = ".share-link";
/// What else the dashboard shows: picture, who looks, what is pressed (a period or the first share),
/// and words of the screen.
const DASHBOARDS: [(&str, &str, &str, &str); 5] = [
    ("dashboard-county", "county_coordinator", "", "下级组织"),
    ("dashboard-quarter", "city_coordinator", "季", "日历"),
    ("dashboard-facet", "county_coordinator", SHARE, "只看"),
    ("dashboard-all", "city_coordinator", "全部", "活动场次"),
    ("dashboard-days", "branch_coordinator", "自选", "查看"),
];

#[tokio::main]
async fn main() -> Told {
    let out = out_folder();
    std::fs::create_dir_all(&out)?;
    let stage = Stage::set().await?;
    let mut faults = member_screens(&stage, &out).await?;
    faults += service_screens(&stage, &out).await?;
    faults += coordinator_screens(&stage, &out).await?;
    faults += dashboards(&stage, &out).await?;
    println!(
        "pictures are in {}; axe found {faults} serious faults",
        out.display()
    );
    if faults == 0 {
        Ok(())
    } else {
        Err("axe found serious faults".into())
    }
}

fn out_folder() -> PathBuf {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--out");
    arguments
        .nth(1)
        .unwrap_or_else(|| "target/shots".to_owned())
        .into()
}

async fn member_screens(stage: &Stage, out: &Path) -> Told<usize> {
    let phone = stage.phone().await?;
    let page = phone.open("/enrol").await?;
    says(&page, "绑定码").await?;
    let mut faults = picture(&page, out, "enrol-360").await?;
    page.close().await?;
    let code = stage.persona("member_1").await?.code;
    let page = phone.enrol(&code).await?;
    let activity = open_activity(&page).await?;
    check_in(&page, &activity).await?;
    says(&page, "已上传").await?;
    for (name, tab) in MEMBER_SCREENS {
        page.click_text(tab).await?;
        faults += both_schemes(&page, out, &format!("{name}-360")).await?;
    }
    go(&page, "/attended").await?;
    says(&page, "我的参加情况").await?;
    faults += both_schemes(&page, out, "attended-360").await?;
    go(&page, &format!("/activities/{activity}")).await?;
    says(&page, "活动详情").await?;
    faults += picture(&page, out, "activity-member-360").await?;
    faults += offline(&phone, &page, out).await?;
    page.eval("document.documentElement.dataset.mode = 'elder'")
        .await?;
    for (name, tab) in MEMBER_SCREENS {
        page.click_text(tab).await?;
        faults += picture(&page, out, &format!("{name}-360-elder")).await?;
    }
    Ok(faults)
}

/// Registrations, service and the lists, of members and of coordinators.
async fn service_screens(stage: &Stage, out: &Path) -> Told<usize> {
    let mut faults = 0;
    let code = stage.persona("member_1").await?.code;
    let page = stage.phone().await?.enrol(&code).await?;
    for (name, path, words) in SERVICE_SCREENS {
        go(&page, path).await?;
        says(&page, words).await?;
        faults += both_schemes(&page, out, &format!("{name}-360")).await?;
    }
    page.eval("document.documentElement.dataset.mode = 'elder'")
        .await?;
    go(&page, "/service").await?;
    faults += picture(&page, out, "service-360-elder").await?;
    for (screen, persona, path, words) in AFFAIR_SCREENS {
        for (phone, size) in [(stage.desk().await?, 1280), (stage.phone().await?, 360)] {
            let code = stage.persona(persona).await?.code;
            let page = phone.enrol(&code).await?;
            go(&page, path).await?;
            says(&page, words).await?;
            faults += both_schemes(&page, out, &format!("{screen}-{size}")).await?;
        }
    }
    Ok(faults)
}

/// Without a network: today's list, and a check-in that is saved and not uploaded.
async fn offline(phone: &Phone, page: &Page, out: &Path) -> Told<usize> {
    phone.cable.cut().await;
    page.click_text("今日").await?;
    page.reload().await?;
    let activity = open_activity(page).await;
    if let Ok(activity) = activity {
        check_in(page, &activity).await?;
    }
    says(page, "今天的讲坛和活动").await?;
    let faults = picture(page, out, "today-360-offline").await?;
    phone.cable.mend();
    Ok(faults)
}

async fn coordinator_screens(stage: &Stage, out: &Path) -> Told<usize> {
    let mut faults = 0;
    for (persona, name) in [
        ("branch_coordinator", "branch"),
        ("city_coordinator", "city"),
    ] {
        for (phone, size) in [(stage.desk().await?, 1280), (stage.phone().await?, 360)] {
            let code = stage.persona(persona).await?.code;
            let page = phone.enrol(&code).await?;
            for (screen, tab) in COORDINATOR_SCREENS {
                page.click_text(tab).await?;
                page.wait_for(
                    "!document.querySelector('.skeleton')",
                    "the screen to be there",
                )
                .await?;
                faults += both_schemes(&page, out, &format!("{screen}-{name}-{size}")).await?;
            }
            if persona == "branch_coordinator" {
                page.click_text("今日").await?;
                page.click(".activity-link").await?;
                says(&page, "点名").await?;
                faults += picture(&page, out, &format!("activity-{name}-{size}")).await?;
                faults += roll_call(&page, out, size).await?;
                faults += planning_screens(&page, out, size).await?;
            }
        }
    }
    Ok(faults)
}

/// The dashboard of other periods, of a facet, its parts further down, its report, and what waits.
async fn dashboards(stage: &Stage, out: &Path) -> Told<usize> {
    let mut faults = 0;
    for (screen, persona, way, words) in DASHBOARDS {
        for (phone, size) in [(stage.desk().await?, 1280), (stage.phone().await?, 360)] {
            let code = stage.persona(persona).await?.code;
            let page = phone.enrol(&code).await?;
            page.click_text("统计").await?;
            arrived(&page).await?;
            match way {
                "" => {}
                SHARE => page.click(SHARE).await?,
                period => page.click_text(period).await?,
            }
            says(&page, words).await?;
            arrived(&page).await?;
            faults += whole(&page, out, &format!("{screen}-{size}")).await?;
            if way.is_empty() {
                faults += report_and_list(&page, out, size).await?;
            }
        }
    }
    Ok(faults)
}

/// The quarter on paper, what waits to be confirmed, and large type.
async fn report_and_list(page: &Page, out: &Path, size: u32) -> Told<usize> {
    page.eval("document.documentElement.dataset.mode = 'elder'")
        .await?;
    let mut faults = whole(page, out, &format!("dashboard-county-{size}-elder")).await?;
    page.eval("delete document.documentElement.dataset.mode")
        .await?;
    page.click_text("打印季度报告").await?;
    says(page, "主要数据").await?;
    faults += whole(page, out, &format!("quarterly-{size}")).await?;
    go(page, "/affairs").await?;
    says(page, "待确认的活动").await?;
    faults += both_schemes(page, out, &format!("unconfirmed-{size}")).await?;
    Ok(faults)
}

async fn arrived(page: &Page) -> Told {
    let arrived =
        "!document.querySelector('.skeleton') && document.querySelector('.stat-tile, .blank')";
    Ok(page.wait_for(arrived, "the numbers to be there").await?)
}

/// Takes the whole of a long screen, in both schemes.
async fn whole(page: &Page, out: &Path, name: &str) -> Told<usize> {
    let faults = picture(page, out, name).await?;
    for (scheme, name) in [
        (ColorScheme::Light, format!("{name}-whole")),
        (ColorScheme::Dark, format!("{name}-whole-dark")),
    ] {
        page.emulate_media(scheme).await?;
        let file = out.join(format!("{name}.png"));
        page.screenshot(&file, Capture::FullPage).await?;
    }
    page.emulate_media(ColorScheme::Light).await?;
    Ok(faults)
}

/// The names, some of them marked, in both schemes and in the elder mode.
async fn roll_call(page: &Page, out: &Path, size: u32) -> Told<usize> {
    for (row, kind) in [(0, "present"), (1, "absent"), (2, "late")] {
        page.eval(&format!(
            "document.querySelectorAll('.roll-call-row')[{row}].querySelector('[value={kind}]').click()"
        ))
        .await?;
    }
    let to_names = "document.querySelector('.roll-call-counts').scrollIntoView()";
    page.eval(to_names).await?;
    let mut faults = both_schemes(page, out, &format!("roll-call-{size}")).await?;
    page.eval("document.documentElement.dataset.mode = 'elder'")
        .await?;
    page.eval(to_names).await?;
    faults += picture(page, out, &format!("roll-call-{size}-elder")).await?;
    page.eval("delete document.documentElement.dataset.mode")
        .await?;
    Ok(faults)
}

/// What is planned, the empty form with what is wrong in it, and last week's activities.
async fn planning_screens(page: &Page, out: &Path, size: u32) -> Told<usize> {
    go(page, "/plans").await?;
    says(page, "以后的活动").await?;
    let mut faults = both_schemes(page, out, &format!("plans-{size}")).await?;
    go(page, "/plans/copy").await?;
    says(page, "日期往后推七天").await?;
    faults += picture(page, out, &format!("plans-copy-{size}")).await?;
    go(page, "/plans/new").await?;
    says(page, "保存安排").await?;
    faults += picture(page, out, &format!("plans-new-{size}")).await?;
    page.click_text("保存安排").await?;
    says(page, "这一项要填。").await?;
    faults += picture(page, out, &format!("plans-new-faults-{size}")).await?;
    Ok(faults)
}

async fn both_schemes(page: &Page, out: &Path, name: &str) -> Told<usize> {
    let mut faults = picture(page, out, name).await?;
    page.emulate_media(ColorScheme::Dark).await?;
    faults += picture(page, out, &format!("{name}-dark")).await?;
    page.emulate_media(ColorScheme::Light).await?;
    Ok(faults)
}

/// Takes a picture once nothing moves any more, and says what axe finds.
async fn picture(page: &Page, out: &Path, name: &str) -> Told<usize> {
    let still = "Promise.all(document.getAnimations().filter((a) => a.effect?.getTiming().iterations !== Infinity).map((a) => a.finished)).then(() => true)";
    page.wait_for(still, "everything to stand still").await?;
    page.screenshot(&out.join(format!("{name}.png")), Capture::Screen)
        .await?;
    let violations = page.axe().await?;
    for violation in &violations {
        println!(
            "{name}: {} ({}): {} {}",
            violation.id,
            violation.impact,
            violation.help,
            json!(violation.elements)
        );
    }
    Ok(violations.len())
}
