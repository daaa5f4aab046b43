-- zh: 转运衔接：距后程截止还有多少小时。
-- Onward connections: the boxes of one feeder voyage or of one way, and how many hours each has to its onward cut-off.
-- Parameters: from_port, to_port (slugs), vessel (vessel_id), voyage; an empty one stands for all.
-- Rows: least slack first; only boxes whose onward cut-off and time of arrival are known.
-- Units: slack_hours in hours, below 0 = too late; times UTC.
-- Columns: container_no text; leg_id text; leg_state text; mode text; vessel_id text; voyage text; seals texts;
--   allocation_no text; carry_over text; expected_at time UTC; onward_call_id text; onward_cutoff time UTC;
--   slack_hours number h
SELECT
    container_no, leg_id, leg_state, mode, vessel_id, voyage, seals, allocation_no, carry_over, expected_at,
    onward_call_id, onward_cutoff,
    round((toUnixTimestamp(onward_cutoff) - toUnixTimestamp(expected_at)) / 3600, 1) AS slack_hours
FROM transfer_legs_now
WHERE @@transfer_legs AND toUnixTimestamp(onward_cutoff) > 0 AND toUnixTimestamp(expected_at) > 0
    AND (%(from_port)s = '' OR from_port = %(from_port)s)
    AND (%(to_port)s = '' OR to_port = %(to_port)s)
    AND (%(vessel)s = '' OR vessel_id = %(vessel)s)
    AND (%(voyage)s = '' OR voyage = %(voyage)s)
ORDER BY slack_hours, container_no
