-- One row per step after the pool of a draw was frozen here, with how inspectors were matched (JSON): 1 drew it, later ones topped it up
-- or called a substitute. Without rows: recorded elsewhere.
select
    draw_act.step,
    draw_act.done_at,
    draw_act.matching
from draw_act
where draw_act.draw_id = $draw_id
order by draw_act.step
