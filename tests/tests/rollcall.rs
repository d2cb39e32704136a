//! A dispute from its beginning to its end, in real Chromium: a member says there, a host says absent,
//! a coordinator decides, the member objects, the coordinator answers; each of them without signal at
//! some time. And the papers of it.

use std::path::PathBuf;

use serde_json::json;
use tests::browser::{Capture, Page};
use tests::story::{Phone, Stage, Told, card_says, check_in, open_activity, says};

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_is_decided_objected_to_and_answered_whoever_was_offline_in_between() -> Told {
    let stage = Stage::set().await?;
    let persona = stage.persona("member_1").await?;
    let (member, member_page) = enrolled(&stage, "member_1").await?;
    let (host, host_page) = enrolled(&stage, "branch_host").await?;
    let (_desk, desk_page) = enrolled(&stage, "branch_coordinator").await?;

    // Both sides write without signal, and meet on the server.
    let activity = open_activity(&member_page).await?;
    open(&host_page, &activity).await?;
    row_says(&host_page, &persona.name, "到场").await?;
    says(&host_page, "未上传 0").await?;
    member.cable.cut().await;
    host.cable.cut().await;
    check_in(&member_page, &activity).await?;
    card_says(&member_page, &activity, "已保存").await?;
    tap(&host_page, &persona.name, "absent").await?;
    row_says(&host_page, &persona.name, "已保存").await?;
    keep(&host_page, "host-offline").await?;
    member.cable.mend();
    says(&member_page, "未上传 0").await?;
    host.cable.mend();
    says(&host_page, "未上传 0").await?;

    // The host sees that a coordinator has to settle it, the coordinator does.
    says(&host_page, "要由联络员核实并裁定。").await?;
    open(&desk_page, &activity).await?;
    settle(&desk_page, "absent", "门口登记没有").await?;
    gone(&desk_page, "核实并裁定").await?;
    keep(&desk_page, "desk-settled").await?;

    // The member reads what was decided and objects, without signal again.
    open(&member_page, &activity).await?;
    says(&member_page, "裁定，原因：门口登记没有").await?;
    card_says(&member_page, &activity, "已记为缺席").await?;
    keep(&member_page, "member-decided").await?;
    member.cable.cut().await;
    member_page.click_text("我有异议，要申诉").await?;
    member_page.click_text("提交申诉").await?;
    says(&member_page, "请写明实际情况。").await?;
    fill(&member_page, "我坐在后排").await?;
    member_page.click_text("提交申诉").await?;
    says(&member_page, "您的申诉：我坐在后排").await?;
    says(&member_page, "已保存").await?;
    member_page.reload().await?;
    says(&member_page, "您的申诉：我坐在后排").await?;
    gone(&member_page, "我有异议，要申诉").await?;
    member.cable.mend();
    says(&member_page, "未上传 0").await?;
    // A page that is opened asks at once; one that was cut off asks within a minute.
    member_page.reload().await?;
    says(&member_page, "还没有答复").await?;

    // The coordinator answers, and it stands on every screen.
    says(&desk_page, "本人申诉：我坐在后排").await?;
    settle(&desk_page, "present", "照片里有").await?;
    says(&member_page, "裁定，原因：照片里有").await?;
    says(&member_page, "已经答复").await?;
    card_says(&member_page, &activity, "已确认").await?;
    gone(&member_page, "我有异议，要申诉").await?;
    says(&host_page, "裁定，原因：照片里有").await
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_and_proxies_are_counted_and_stand_on_paper() -> Told {
    let stage = Stage::set().await?;
    let persona = stage.persona("member_2").await?;
    let (host, page) = enrolled(&stage, "branch_host").await?;
    let activity = open_activity(&page).await?;
    open(&page, &activity).await?;
    says(&page, "未上传 0").await?;
    host.cable.cut().await;

    page.click_text("添加来宾").await?;
    type_into(&page, "姓名", "陈来宾").await?;
    type_into(&page, "来自哪里", "邻村支部").await?;
    page.click_text("保存").await?;
    says(&page, "邻村支部").await?;
    press_more(&page, &persona.name).await?;
    keep(&page, "more").await?;
    page.click_text("代录").await?;
    page.click_text("保存").await?;
    says(&page, "请写明原因").await?;
    fill(&page, "老人没有手机").await?;
    page.click_text("保存").await?;
    row_says(&page, &persona.name, "已保存").await?;
    host.cable.mend();
    says(&page, "未上传 0").await?;
    says(&page, "代录：补课").await?;
    keep(&page, "roll-call").await?;

    page.click_text("打印和导出").await?;
    page.click_text("签到结果").await?;
    says(&page, "代录：老人没有手机").await?;
    says(&page, "陈来宾").await?;
    says(&page, "来宾 1").await?;
    keep(&page, "paper").await?;
    for (word, name) in [
        ("空白签到表", "sign-in"),
        ("签到结果", "attendance"),
        ("讲坛记录", "session"),
    ] {
        page.click_text(word).await?;
        fits_on_a4(&page, name).await?;
    }
    page.eval(KEEP_DOWNLOADS).await?;
    page.click_text("下载 Excel 表格").await?;
    let zip = "window.downloaded?.then((bytes) => bytes.length > 2000 && bytes[0] === 80 && bytes[1] === 75)";
    page.wait_for(zip, "the workbook to be handed over").await?;
    assert_eq!(
        page.errors()
            .iter()
            .filter(|error| !error.contains("net::ERR_"))
            .count(),
        0
    );
    Ok(())
}

/// Keeps the bytes of the next file that the page hands over.
const KEEP_DOWNLOADS: &str = "
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => {
        window.downloaded = blob.arrayBuffer().then((bytes) => new Uint8Array(bytes));
        return make(blob);
    };";

/// A phone of somebody's with the list of today.
async fn enrolled(stage: &Stage, key: &str) -> Told<(Phone, Page)> {
    let phone = stage.phone().await?;
    let page = phone.enrol(&stage.persona(key).await?.code).await?;
    Ok((phone, page))
}

async fn open(page: &Page, activity: &str) -> Told {
    page.eval(&format!("history.pushState(null, '', '/activities/{activity}'); dispatchEvent(new PopStateEvent('popstate'))"))
        .await?;
    says(page, "活动详情").await
}

/// Presses a segment in the row of a person of the roll call.
async fn tap(page: &Page, name: &str, kind: &str) -> Told {
    let tapped = format!(
        "{}?.querySelector('input[value=\"{kind}\"]')?.click() ?? true",
        row(name)
    );
    page.eval(&tapped).await?;
    Ok(())
}

async fn press_more(page: &Page, name: &str) -> Told {
    let button = format!(
        "[...{}.querySelectorAll('button')].find((button) => button.innerText.trim() === '更多')",
        row(name)
    );
    page.wait_for(&format!("Boolean({button})"), "the row to have 更多")
        .await?;
    page.eval(&format!("{button}.click()")).await?;
    Ok(())
}

async fn row_says(page: &Page, name: &str, words: &str) -> Told {
    let condition = format!("{}?.innerText.includes({})", row(name), json!(words));
    Ok(page
        .wait_for(&condition, &format!("the row of the person to say {words}"))
        .await?)
}

fn row(name: &str) -> String {
    format!(
        "[...document.querySelectorAll('.roll-call-names li')].find((row) => row.innerText.includes({}))",
        json!(name)
    )
}

async fn settle(page: &Page, decision: &str, reason: &str) -> Told {
    page.wait_for(
        "document.querySelector('.judged ~ .button.primary')",
        "the row to offer a ruling",
    )
    .await?;
    page.click(".judged ~ .button.primary").await?;
    let chosen = format!("dialog[open] input[value=\"{decision}\"]");
    page.wait_for(
        &format!("document.querySelector('{chosen}')"),
        "the decisions",
    )
    .await?;
    page.eval(&format!("document.querySelector('{chosen}').click()"))
        .await?;
    fill(page, reason).await?;
    keep(page, &format!("settle-{decision}")).await?;
    Ok(page.click_text("作出裁定").await?)
}

/// Writes into the text area of the sheet that is open.
async fn fill(page: &Page, text: &str) -> Told {
    write(
        page,
        "document.querySelector('dialog[open] textarea')",
        text,
    )
    .await
}

/// Writes into the field of the sheet that is open whose label begins with these words.
async fn type_into(page: &Page, label: &str, text: &str) -> Told {
    let field = format!(
        "[...document.querySelectorAll('dialog[open] .field')]
            .find((field) => field.innerText.trim().startsWith({}))?.querySelector('input')",
        json!(label)
    );
    write(page, &field, text).await
}

async fn write(page: &Page, field: &str, text: &str) -> Told {
    page.wait_for(&format!("Boolean({field})"), "the field")
        .await?;
    let written = format!(
        "(() => {{ const field = {field}; field.value = {};
            field.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()",
        json!(text)
    );
    page.eval(&written).await?;
    Ok(())
}

async fn gone(page: &Page, words: &str) -> Told {
    let condition = format!(
        "!document.querySelector('main').innerText.includes({})",
        json!(words)
    );
    Ok(page.wait_for(&condition, &format!("{words} to go")).await?)
}

/// On paper there are no buttons, no tabs, and nothing is wider than the sheet.
async fn fits_on_a4(page: &Page, name: &str) -> Told {
    page.command("Emulation.setEmulatedMedia", json!({ "media": "print" }))
        .await?;
    let chrome = "['.top-bar', '.tabs', '.paper-tools', '.button']
        .flatMap((name) => [...document.querySelectorAll(name)])
        .every((element) => element.getClientRects().length === 0)";
    assert_eq!(page.eval(chrome).await?, json!(true), "{name}");
    let heads = "getComputedStyle(document.querySelector('.paper-table thead') ?? document.createElement('thead')).display";
    let repeated = page.eval(heads).await?;
    assert!(
        name == "session" || repeated == "table-header-group",
        "{name}"
    );
    let printed = page
        .command("Page.printToPDF", json!({ "preferCSSPageSize": true }))
        .await?;
    let pdf = printed["data"].as_str().unwrap_or_default().to_owned();
    let pdf = data_encoding::BASE64.decode(pdf.as_bytes())?;
    let (width, height) = sheet(&pdf).ok_or("a PDF says how large its sheets are")?;
    assert!(
        (width - 595.0).abs() < 1.5 && (height - 842.0).abs() < 1.5,
        "{name}: {width} by {height} points"
    );
    if let Some(folder) = pictures() {
        std::fs::write(folder.join(format!("paper-{name}.pdf")), &pdf)?;
    }
    page.command("Emulation.setEmulatedMedia", json!({ "media": "" }))
        .await?;
    Ok(())
}

/// Returns width and height of a PDF's sheets, in points; A4 is 595 by 842.
/// Source: ISO 32000-1, 7.7.3.3.
fn sheet(pdf: &[u8]) -> Option<(f64, f64)> {
    let text = String::from_utf8_lossy(pdf);
    let (_, after) = text.split_once("/MediaBox")?;
    let (_, inside) = after.split_once('[')?;
    let (numbers, _) = inside.split_once(']')?;
    let mut numbers = numbers.split_whitespace().skip(2);
    let mut next = || numbers.next()?.parse().ok();
    Some((next()?, next()?))
}

/// Keeps a picture of the page in the folder that `BAODAO_PICTURES` names.
async fn keep(page: &Page, name: &str) -> Told {
    if let Some(folder) = pictures() {
        page.screenshot(&folder.join(format!("{name}.png")), Capture::FullPage)
            .await?;
    }
    Ok(())
}

fn pictures() -> Option<PathBuf> {
    std::env::var_os("BAODAO_PICTURES").map(PathBuf::from)
}
