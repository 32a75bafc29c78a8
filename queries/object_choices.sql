-- One row per region and one per industry that the object directory names: what its filters offer.
select
    'region' as filter_of,
    region as choice,
    count(*) as objects
from object
where region is not null
group by region
union all
select
    'industry' as filter_of,
    industry as choice,
    count(*) as objects
from object
where industry is not null
group by industry
order by filter_of, choice
