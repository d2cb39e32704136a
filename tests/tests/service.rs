//! 双报到 and service in real Chromium, each flow with both of its sides and one of them without a
//! network: a registration, a service with a correction, a claim over the places there are, a unit, and
//! a team.

use std::path::PathBuf;

use serde_json::json;
use tests::browser::{Capture, Page};
use tests::story::{Phone, Stage, Told, go, says, write};

const COMMUNITY: &str = "大沙田村党总支";
/// The first member whom the stage imports.
const NAME: &str = "李英英";
const WISH: &str = "给邻居爷爷配一副老花镜";

#[tokio::test(flavor = "multi_thread")]
async fn a_member_registers_and_the_community_accepts_each_without_a_network() -> Told {
    let stage = Stage::set().await?;
    stage.import_members(COMMUNITY, 1).await?;
    let phone = stage.phone().await?;
    let page = phone.enrol(&stage.code_for("H00001").await?).await?;
    kept(&page, "own").await?;
    page.click_text("服务").await?;
    says(&page, "到社区报到").await?;
    phone.cable.cut().await;
    page.click_text("到社区报到").await?;
    // The community of the home line is offered, without a network too.
    says(&page, "到哪个社区").await?;
    says(&page, COMMUNITY).await?;
    page.click_text("提交").await?;
    says(&page, "处要填好").await?;
    write(&page, "联系手机", "138 0000 1234").await?;
    write(&page, "工作单位", "市图书馆").await?;
    picture(&page, "register-form").await?;
    page.click_text("提交").await?;
    says(&page, "等待接收").await?;
    says(&page, "未上传 1").await?;
    picture(&page, "registered-offline").await?;
    phone.cable.mend();
    says(&page, "未上传 0").await?;

    let desk = stage.desk().await?;
    let office = coordinator(&stage, &desk, "branch_coordinator").await?;
    go(&office, "/affairs").await?;
    says(&office, NAME).await?;
    picture(&office, "affairs").await?;
    desk.cable.cut().await;
    row(&office, "member_registration", NAME).await?;
    says(&office, "市图书馆").await?;
    says(&office, "138****1234").await?;
    picture(&office, "registration-sheet").await?;
    office.click("dialog[open] .button.primary").await?;
    says(&office, "未上传 1").await?;
    desk.cable.mend();
    says(&office, "未上传 0").await?;

    page.reload().await?;
    says(&page, "已报到").await?;
    says(&page, "同意接收，欢迎参加社区服务。").await?;
    picture(&page, "accepted").await?;

    // Taken back again: the community sees it with the reason, and nothing is lost.
    phone.cable.cut().await;
    page.click_text("不住这里了，注销").await?;
    write(&page, "注销的原因", "搬到外地").await?;
    page.click("dialog[open] .sheet-actions button").await?;
    says(&page, "已注销").await?;
    phone.cable.mend();
    says(&page, "未上传 0").await?;
    office.reload().await?;
    row(&office, "member_registration", NAME).await?;
    says(&office, "搬到外地").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_told_without_a_network_corrected_and_read_before_and_after() -> Told {
    let stage = Stage::set().await?;
    stage.import_members(COMMUNITY, 1).await?;
    let phone = stage.phone().await?;
    let page = phone.enrol(&stage.code_for("H00001").await?).await?;
    kept(&page, "own").await?;
    page.click_text("服务").await?;
    says(&page, "已通过的服务时长").await?;
    phone.cable.cut().await;
    page.click_text("事后补记").await?;
    says(&page, "服务内容").await?;
    write(&page, "开始时间", "09:00").await?;
    write(&page, "结束时间", "08:00").await?;
    page.click_text("提交").await?;
    says(&page, "处要填好").await?;
    picture(&page, "service-faults").await?;
    let today = page
        .eval("document.querySelector('input[type=date]').value")
        .await?;
    write(&page, "日期", &day_before(&today)).await?;
    write(&page, "结束时间", "11:00").await?;
    choose(&page, "服务类别", "健康医疗").await?;
    write(&page, "服务了多少人", "6").await?;
    write(&page, "做了什么", "给六位老人量血压").await?;
    page.click_text("提交").await?;
    says(&page, "等待审核").await?;
    says(&page, "未上传 1").await?;
    phone.cable.mend();
    says(&page, "未上传 0").await?;

    let desk = stage.phone().await?;
    let office = coordinator(&stage, &desk, "branch_coordinator").await?;
    go(&office, "/affairs").await?;
    row(&office, "service_record", NAME).await?;
    says(&office, "给六位老人量血压").await?;
    desk.cable.cut().await;
    office.click_text("更正后通过").await?;
    write(&office, "服务分钟", "90").await?;
    write(&office, "原因", "中间休息半小时").await?;
    picture(&office, "correction").await?;
    office.click("dialog[open] .button.primary").await?;
    says(&office, "未上传 1").await?;
    desk.cable.mend();
    says(&office, "未上传 0").await?;

    page.reload().await?;
    says(&page, "更正后通过").await?;
    row_of(&page, "service_record", "corrected").await?;
    says(&page, "2 小时 → 1.5 小时").await?;
    says(&page, "中间休息半小时").await?;
    picture(&page, "corrected").await
}

#[tokio::test(flavor = "multi_thread")]
async fn when_more_claim_than_there_are_places_the_community_decides_and_both_are_told() -> Told {
    let stage = Stage::set().await?;
    stage.import_members(COMMUNITY, 2).await?;
    let desk = stage.desk().await?;
    let office = coordinator(&stage, &desk, "branch_coordinator").await?;
    go(&office, "/affairs/board").await?;
    says(&office, "新增一项").await?;
    desk.cable.cut().await;
    office.click_text("新增一项").await?;
    choose(&office, "类型", "微心愿").await?;
    write(&office, "标题", WISH).await?;
    choose(&office, "服务类别", "助困扶残与就业援助").await?;
    write(&office, "拟认领数", "1").await?;
    picture(&office, "listing-form").await?;
    office.click_text("保存").await?;
    says(&office, WISH).await?;
    says(&office, "未上传 1").await?;
    desk.cable.mend();
    says(&office, "未上传 0").await?;

    let mut pages = Vec::new();
    for code in ["H00001", "H00002"] {
        let phone = stage.phone().await?;
        let page = phone.enrol(&stage.code_for(code).await?).await?;
        kept(&page, "own").await?;
        go(&page, "/service/lists").await?;
        page.click_text(WISH).await?;
        says(&page, "认领").await?;
        // Neither knows of the other.
        phone.cable.cut().await;
        pages.push((phone, page));
    }
    for (phone, page) in &pages {
        page.click_text("认领").await?;
        page.click("dialog[open] .sheet-actions button").await?;
        says(page, "未上传 1").await?;
        phone.cable.mend();
        says(page, "未上传 0").await?;
    }
    for (_, page) in &pages {
        page.reload().await?;
        says(page, "等社区确定").await?;
    }
    picture(&pages[0].1, "contested").await?;

    go(&office, "/affairs").await?;
    office.reload().await?;
    says(&office, "认领超过名额").await?;
    office.click_text(WISH).await?;
    says(&office, "请谁来").await?;
    picture(&office, "contest").await?;
    office.click("dialog[open] .tick input").await?;
    write(&office, "没选上的，原因", "名额已满，下次再请您").await?;
    office.click("dialog[open] .button.primary").await?;
    says(&office, "未上传 0").await?;
    let mut told = Vec::new();
    for (_, page) in &pages {
        page.reload().await?;
        let state = "['accepted', 'returned'].find((state) =>
            document.querySelector(`[data-kind=claim][data-state=${state}]`))";
        told.push(
            page.wait_for_value(state, "the claim to be decided")
                .await?,
        );
    }
    told.sort_by_key(ToString::to_string);
    assert_eq!(told, [json!("accepted"), json!("returned")]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_moves_its_registration_and_a_team_logs_for_its_people() -> Told {
    let stage = Stage::set().await?;
    let phone = stage.phone().await?;
    let page = coordinator(&stage, &phone, "unit_coordinator").await?;
    go(&page, "/affairs/unit").await?;
    page.click_text("已报到").await?;
    page.click_text("迁到别的社区").await?;
    says(&page, "查找社区").await?;
    write(&page, "查找社区", COMMUNITY).await?;
    page.click_text(COMMUNITY).await?;
    phone.cable.cut().await;
    write(&page, "联系电话", "0758-2812345").await?;
    picture(&page, "unit-form").await?;
    page.click_text("提交报到").await?;
    says(&page, "等待接收").await?;
    says(&page, "未上传 1").await?;
    phone.cable.mend();
    says(&page, "未上传 0").await?;

    let leader = stage.phone().await?;
    let team = coordinator(&stage, &leader, "team_leader").await?;
    go(&team, "/affairs/team").await?;
    leader.cable.cut().await;
    team.click_text("记一次服务").await?;
    says(&team, "谁参加了").await?;
    team.click_text("全体队员").await?;
    write(&team, "开始时间", "00:10").await?;
    write(&team, "结束时间", "01:10").await?;
    choose(&team, "服务类别", "安全宣传与治安巡逻").await?;
    write(&team, "服务对象人数", "20").await?;
    picture(&team, "team-form").await?;
    team.click("dialog[open] .button.primary").await?;
    says(&team, "未上传 1").await?;
    leader.cable.mend();
    says(&team, "未上传 0").await?;

    let desk = stage.desk().await?;
    let office = coordinator(&stage, &desk, "branch_coordinator").await?;
    go(&office, "/affairs").await?;
    row(&office, "org_registration", "市教育局机关党支部").await?;
    says(&office, "075****2345").await?;
    office.click("dialog[open] .button.primary").await?;
    says(&office, "未上传 0").await?;
    page.reload().await?;
    says(&page, COMMUNITY).await?;
    says(&page, "已报到").await?;

    // The team's service is approved without a network, then rated in words.
    let today = "[data-kind=service_record][data-state=waiting]";
    open_row(&office, today, "41 人").await?;
    says(&office, "代录").await?;
    desk.cable.cut().await;
    office.click("dialog[open] .button.primary").await?;
    says(&office, "未上传 1").await?;
    open_row(
        &office,
        "[data-kind=service_record][data-state=accepted]",
        "41 人",
    )
    .await?;
    office.click_text("满意").await?;
    write(&office, "想说的话", "巡逻很认真").await?;
    office.click_text("保存评价").await?;
    says(&office, "未上传 2").await?;
    desk.cable.mend();
    says(&office, "未上传 0").await?;

    let member = stage.phone().await?;
    let code = stage.persona("member_2").await?.code;
    let own = member.enrol(&code).await?;
    go(&own, "/service/records").await?;
    says(&own, "1 小时").await?;
    row_of(&own, "service_record", "accepted").await?;
    says(&own, "巡逻很认真").await
}

/// Enrols a coordinator and waits until the coordinators' part is kept on the phone.
async fn coordinator(stage: &Stage, phone: &Phone, persona: &str) -> Told<Page> {
    let code = stage.persona(persona).await?.code;
    let page = phone.enrol(&code).await?;
    kept(&page, "coordinators").await?;
    kept(&page, "own").await?;
    // The phone has said that it may show codes.
    says(&page, "未上传 0").await?;
    Ok(page)
}

/// Waits until a part of the app is kept for use without a network.
async fn kept(page: &Page, part: &str) -> Told {
    let kept = format!(
        "caches.keys().then(async ([name]) => (await (await caches.open(name)).keys())
            .some(({{ url }}) => url.includes('/assets/split_{part}')))"
    );
    Ok(page
        .wait_for(&kept, &format!("the part {part} to be kept"))
        .await?)
}

/// Opens the row of a request of a kind that names somebody.
async fn row(page: &Page, kind: &str, name: &str) -> Told {
    open_row(page, &format!("[data-kind={kind}]"), name).await
}

/// Opens the row of a request of a kind in a state.
async fn row_of(page: &Page, kind: &str, state: &str) -> Told {
    open_row(page, &format!("[data-kind={kind}][data-state={state}]"), "").await
}

async fn open_row(page: &Page, selector: &str, name: &str) -> Told {
    let script = format!(
        "(() => {{
            const row = [...document.querySelectorAll({})].find((row) => row.innerText.includes({}));
            const control = row?.querySelector('.row-body, a, button') ?? row?.closest('a, button');
            control?.scrollIntoView({{ block: 'center' }});
            control?.click();
            return Boolean(control);
        }})()",
        json!(selector),
        json!(name)
    );
    Ok(page
        .wait_for(&script, &format!("the row {selector} of {name}"))
        .await?)
}

/// Chooses an entry of the list of a label, or of a few in view.
async fn choose(page: &Page, label: &str, entry: &str) -> Told {
    let script = format!(
        "(() => {{
            const label = [...document.querySelectorAll('label.field-label')]
                .find((label) => label.firstChild && label.innerText.replace('可不填', '').trim() === {label});
            const list = label && document.getElementById(label.htmlFor);
            const option = list?.options && [...list.options].find((one) => one.label.trim() === {entry});
            if (!option) return false;
            list.value = option.value;
            list.dispatchEvent(new Event('change', {{ bubbles: true }}));
            return true;
        }})()",
        label = json!(label),
        entry = json!(entry)
    );
    Ok(page
        .wait_for(&script, &format!("{entry} in the list {label}"))
        .await?)
}

/// Returns the day before one that a date field holds.
fn day_before(today: &serde_json::Value) -> String {
    use shared::time::Day;
    let text = today.as_str().unwrap_or_default();
    let mut parts = text.split('-').filter_map(|part| part.parse::<i32>().ok());
    let mut next = || parts.next().unwrap_or(1);
    let (year, month, day) = (next(), next(), next());
    let number = |part: i32| u32::try_from(part).unwrap_or(1);
    let before = Day::of(year, number(month), number(day)).plus(-1);
    let (year, month, day) = before.date();
    format!("{year:04}-{month:02}-{day:02}")
}

/// Keeps a picture of the page in the folder that `BAODAO_PICTURES` names.
async fn picture(page: &Page, name: &str) -> Told {
    if let Some(folder) = std::env::var_os("BAODAO_PICTURES").map(PathBuf::from) {
        std::fs::create_dir_all(&folder)?;
        let file = folder.join(format!("{name}.png"));
        page.screenshot(&file, Capture::Screen).await?;
    }
    Ok(())
}
