"""What colleagues at Meridian wrote: about leads and about colleagues, to keep and to change. Invented."""

from __future__ import annotations

KEEP_LEAD = (
    "Explains why an order moves before moving it. In May that saved us an argument with half the shop floor.",
    "When I bring a problem I leave with a next step, and it is usually mine to take.",
    "Says “I was wrong about that” in front of everybody. It makes it easier for the rest of us.",
    "Protects the two quiet hours in the morning. My error rate on the fine threads has halved since.",
    "Knows what each of us is trying to learn this year and remembers it when work is handed out.",
    "Brings customers into the workshop. Seeing the chart table the compass ends up on changed how I pack.",
    "Numbers on Monday, people on Friday: I like that rhythm and plan around it.",
    "Stood up for the test time when the deadline moved. I have not forgotten it.",
    "Asks the youngest first in every meeting, so we hear things before they are polished.",
    "Gives feedback the same day, in private, with an example. It stings for an hour and helps for months.",
    "Very clear on what “done” means. We argue less about it than other teams do.",
    "Takes the night call herself when the rota is thin.",
)
CHANGE_LEAD = (
    "Decisions made in the corridor reach the late shift a day after everybody else. A note on the board would do.",
    "I would rather hear bad news half certain on Tuesday than complete on Friday.",
    "Holds on to the supplier talks. Two of us could run them by now.",
    "Three priorities is plenty. In September we had seven, and finished none of them.",
    "Sometimes answers the question before it is asked to the end; the second half was the important one.",
    "Our one-on-ones slip when orders are late, which is just when I need them.",
    "Praise is rare enough that people keep the mails. It could be ordinary.",
    "Say no to Design earlier. We all see it coming, and pay for it in overtime.",
    "The plan changes with the last phone call. Let it rest a night before it reaches us.",
    "Let us present our own work to the board; we would do it differently, and that is fine.",
    "More time on the floor. The weekly walk was good and stopped after the summer.",
    "Conflict between the two shifts is older than a year. It will not settle by itself.",
)
KEEP_PEER = (
    "Leaves the bench as one would like to find it, tools on their shadows, every single evening.",
    "Asks the naive question in the design review. Twice this year it was the right one.",
    "If she says Thursday, it is there on Thursday, or I know on Tuesday why not.",
    "Wrote the calibration notes nobody wanted to write. I open them every week.",
    "Patient with apprentices. Explains a thing three times in three different ways.",
    "Tells me when my drawing cannot be made, with a sketch of what can.",
    "Calm on the phone with the loud customers; you can hear them slow down.",
    "Shares what went wrong, not only what went well. The lens batch story helped all of us.",
    "Turns up prepared, so that meetings with him are short.",
    "Notices when somebody is drowning and takes a box off the pile without a word.",
    "Keeps the parts list true. It sounds small and it is not.",
    "Good at ending a discussion: repeats what we agreed, and it holds.",
)
CHANGE_PEER = (
    "Starts more than can be finished. I would love to see two things done instead of five begun.",
    "Raise the flag earlier. You carry a problem for a week that two of us could lift in an hour.",
    "Mails after ten at night make me feel I should answer. I know you do not expect it; say so once.",
    "In handovers the last ten per cent is in your head. The late shift needs it on paper.",
    "You know the answer and wait to be asked. Do not wait.",
    "Sometimes sharp with Purchasing. They are on our side, even in October.",
    "Let others drive the test rig now and then; we only learn it with our own hands.",
    "Check the drawing number before the first cut. It cost us two blanks this spring.",
    "Speak up when the whole group nods. You told me afterwards that you had doubts.",
    "Keep your calendar true; I plan my week by it.",
    "Ask what the customer wants to do with it before saying what we can do.",
    "Breaks. Take them. The afternoon mistakes are tired ones.",
)
