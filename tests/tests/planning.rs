//! An activity from the plan to the end, in real Chromium: planned without a network, asked leave
//! from without a network, called off with a reason that its members read.

use serde_json::json;
use tests::browser::Page;
use tests::story::{Stage, Told, says, write};

const TOPIC: &str = "身边的榜样：一位老党员";
const SERIES: &str = "每周学习：支部工作怎么做";
const REASON: &str = "台风天气，改期再办";

#[tokio::test(flavor = "multi_thread")]
async fn an_activity_is_planned_offline_excused_from_offline_and_called_off_with_a_reason() -> Told
{
    let stage = Stage::set().await?;
    let host = stage.phone().await?;
    let code = stage.persona("branch_coordinator").await?.code;
    let desk = host.enrol(&code).await?;
    let kept = "caches.keys()
        .then(async ([name]) => (await (await caches.open(name)).keys()).some(({ url }) => url.includes('/assets/split_coordinators')))";
    desk.wait_for(kept, "the part of coordinators to be kept")
        .await?;
    // The phone has said that it may show codes.
    says(&desk, "未上传 0").await?;

    host.cable.cut().await;
    desk.click_text("活动安排").await?;
    desk.click_text("安排活动").await?;
    desk.click_text("保存安排").await?;
    says(&desk, "还有 3 处要填好").await?;
    write(&desk, "主题", TOPIC).await?;
    write(&desk, "主讲人", "陈志强").await?;
    write(&desk, "主讲人身份", "党支部书记").await?;
    write(&desk, "主持人", "李明").await?;
    write(&desk, "开始时间", "19:30").await?;
    write(&desk, "结束时间", "21:00").await?;
    desk.click_text("保存安排").await?;
    says(&desk, "以后的活动").await?;
    says(&desk, TOPIC).await?;
    says(&desk, "未上传 1").await?;

    desk.click_text("安排活动").await?;
    write(&desk, "主题", SERIES).await?;
    write(&desk, "开始时间", "08:30").await?;
    write(&desk, "结束时间", "09:30").await?;
    desk.click_text("每周").await?;
    write(&desk, "一共办几次", "3").await?;
    desk.click_text("保存安排").await?;
    says(&desk, "未上传 4").await?;
    host.cable.mend();
    says(&desk, "未上传 0").await?;

    let phone = stage.phone().await?;
    let member = stage.persona("member_1").await?;
    let page = phone.enrol(&member.code).await?;
    says(&page, SERIES).await?;
    page.click_text(TOPIC).await?;
    says(&page, "主讲：陈志强（党支部书记）").await?;
    says(&page, "主持：李明").await?;
    phone.cable.cut().await;
    page.click_text("请假").await?;
    says(&page, "请假的原因").await?;
    write(&page, "请假的原因", "出差").await?;
    page.click_text("提交").await?;
    leave_is(&page, "on_its_way").await?;
    says(&page, "未上传 1").await?;
    phone.cable.mend();
    leave_is(&page, "waiting").await?;
    says(&page, "已请假，等回复").await?;

    desk.click_text(TOPIC).await?;
    says(&desk, "本人请假").await?;
    desk.click_text("取消活动").await?;
    says(&desk, "取消这场活动").await?;
    write(&desk, "取消的原因", REASON).await?;
    desk.click("dialog[open] .sheet-actions .danger").await?;
    says(&desk, &format!("取消原因：{REASON}")).await?;
    // A page that was cut off asks within a minute; one that is opened asks at once.
    page.reload().await?;
    says(&page, &format!("取消原因：{REASON}")).await?;

    desk.click_text("恢复这场活动").await?;
    says(&desk, "活动已恢复").await?;
    let held = format!("!document.body.innerText.includes({})", json!(REASON));
    Ok(page
        .wait_for(&held, "the activity to be held after all")
        .await?)
}

/// Waits until the member's leave stands so.
async fn leave_is(page: &Page, word: &str) -> Told {
    let condition = format!("document.querySelector('[data-leave={}]')", json!(word));
    Ok(page
        .wait_for(&condition, &format!("the leave to be {word}"))
        .await?)
}
