//! The words, as data: one line a class, words separated by spaces, an underscore standing for a space inside a phrase.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::class::Class::{
    self, Access, Account, Active, Add, Adjective, Adverb, Again, And, Article, Beside, Budget,
    CancelWord, Cent, Cheap, Cluster, Clusters, Core, Correction, Create, Day, Disk, Dollar, Each,
    Ended, Everybody, Everything, Expiring, Extend, Filler, Foreign, Fortnight, Future, Gerund,
    Gigabyte, Hello, Hour, Idle, Keep, Key, Known, Last, Launch, List, Longer, Machine, Machines,
    Master, Me, Megabyte, Memory, Minute, Month, More, My, Name, New, No, Node, Not, OnDemand, Or,
    Our, Owe, Past, Per, Person, Please, Preposition, Pronoun, Question, Quote, Remind,
    Reservation, Reservations, Save, Share, Show, Spend, Spot, Ssh, Start, Stop, Task, Template,
    Templates, Terabyte, Terminate, Thank, The, Times, Total, Unshare, Until, Us, Want, Week,
    WorkDay, Worker, Year, Yes,
};
use super::class::Classes;
use super::names;

/// Longest phrase, in words.
const MAX_PHRASE_WORDS: usize = 5;

const WORDS: &[(Class, &str)] = &[
    // Things.
    (Machine, "vm box machine server instance host droplet computer workstation pc virtual_machine vps ec2_instance sandbox node_box rig
        playground guest virtual_server compute compute_node computing_power metal"),
    (Machines, "vms boxes machines servers instances hosts droplets computers workstations virtual_machines sandboxes virtuals"),
    (Cluster, "cluster"),
    (Clusters, "clusters"),
    (Reservation, "reservation booking lease rental allocation"),
    (Reservations, "reservations bookings leases rentals allocations stuff things resources"),
    (Node, "node nodes"),
    (Worker, "worker workers slave slaves executor executors"),
    (Master, "master masters driver head_node"),
    (Template, "template preset blueprint"),
    (Templates, "templates presets blueprints"),
    (Key, "key keys credential credentials creds cred token tokens secret secrets api_key api_keys access_key access_keys
        secret_key keypair key_pair access_token api_token"),
    (Ssh, "ssh ssh-key ssh-keys ssh_key ssh_keys public_key public_keys pubkey pub_key publickey ssh_pubkey pubkeys id_rsa.pub id_ed25519.pub
        authorized_keys"),
    (Account, "account accounts cloud_account cloud_accounts"),
    (Access, "access permission permissions"),
    (Foreign, "process processes message messages line lines doc docs document meeting meetings music song list_item call room pizza tab
        browser file files email emails mail ticket tickets issue branch channel thread pr prs pull_request build builds joke lunch weather
        match game coffee beer meme gif standup stand-up calendar invite print printer app comment comments post page wiki table row column
        job container containers pod pods port daemon script cron query test_suite pipeline deployment release_notes bug bugs noise
        light lights time vibe mood conversation task tasks todo spreadsheet slide slides spam subscription keyboard mouse router wifi coffee_machine dishwasher car bike dog cat couch mom dad movie essay contract contracts agreement entry jira
        confluence repo repos commit commits folder folders directory newsletter playlist world president capital football train bus laundry homework homework_assignment parcel package router fridge door window_seat heating plant
        presentation photo picture video flight taxi
        hotel restaurant dinner parking desk chair birthday party alarm phone prod production"),
    (Everything, "everything all all_of_them all_of_it the_lot every_one every_single_one the_whole_lot each_of_them
        whatever_i_have whatever_is_running both_of_them all_of_those all_of_these"),
    (Last, "last latest newest most_recent lastest most_recently"),
    (Pronoun, "it em this that these those them that_one this_one the_one this_thing that_thing"),
    (My, "my mine i me"),
    (Me, "me myself"),
    (Our, "our ours we us team group department squad the_team"),
    (Us, "us"),
    (Everybody, "everybody everyone whole_company entire_company company company-wide companywide all_teams anybody anyone everybodys everyones
        organisation organization org whole_org all_users each_team every_team"),
    (The, "the"),
    (Article, "a an another some any"),
    (Beside, "zookeeper consul rabbitmq memcached cassandra daemon daemons demon docker-compose systemd_unit unit units posters poster
        washing_machine vending_machine fax_machine answering_machine slot_machine espresso_machine time_machine machine_room server_room
        box_office mail_server print_server firewall database databases rumour rumours rumor rumors logfile logfiles log logs log_files backup
        backups snapshot snapshots image images volume_snapshot service services systemd kernel thread threads session sessions tmux screen_session
        notebook_kernel shell nginx apache redis chrome firefox safari vim emacs kafka airflow elasticsearch mongodb prometheus grafana
        celery gunicorn uvicorn haproxy ansible terraform systemctl crontab webhook webhooks notification notifications alert alerts newsletter
        newsletters mailing_list mailing_lists list reminder reminders user users user_account partition cache caches index indices bucket
        buckets lambda queue queues worker_process app apps application applications website site webapp api endpoint dns_record record records
        domain certificate certificates cert secret_santa virus malware trojan spider bugs mosquito mosquitoes wasp time_wasters boredom
        habit smoking whining nonsense madness chatter fun fuss noise bleeding bet bets deal project projects programme
        lamp lamps heater fan aircon air_conditioning ac tv radio monitor monitors projector laptop laptops elevator oven kettle engine sensor
        camera cameras water gas electricity power lease_car gym membership memberships netflix spotify order_of_pizza appointment appointments
        dentist reservation_for_dinner table_reservation conference_room meeting_room flight_booking hotel_booking hotel_reservation
        restaurant_reservation dinner_reservation dinner_booking table_booking flights trip holiday vacation zoom_call feature features
        code function method class variable variables column_names table tables schema dataset datasets data contents content package packages
        library dependency dependencies dependency_graph bookmark bookmarks note notes paragraph sentence chapter word words emoji
        emojis reaction reactions history password passwords username avatar photo photos pictures videos song songs bill bills invoice invoices
        payment payments contract loop loops timer timers countdown clock zombie zombies child_process hung_job jobs tests rack racks ssh_session
        vpn proxy load_balancer balancer autoscaling autoscaler monitoring swap disk_image iso ip_address elastic_ip port_forwarding interface
        mouse keyboard cat cats fly flies weed weeds conversation_history workflow workflows action actions runner_job tunnel tunnels mount mounts"),
    (Person, "bob alice carol dave eve anna tom john jane mike sarah sam ben chris kate paul peter mary emma lisa julia laura martin frank
        kevin steve jim joe sue amy nina oscar lena jonas lukas marie sophie boss manager ceo colleague colleagues coworker coworkers
        intern interns janitor admin admins sysadmin scheduler customer customers client clients student students teammate teammates
        guy guys contractor contractors reaper autoreaper cronjob"),
    (Task, "request order idea plan whole_idea whole_plan whole_thing attempt enquiry inquiry question proposal draft wizard dialogue dialog
        operation procedure thought thoughts"),
    // Acts.
    (Terminate, "kill delete destroy terminate nuke remove wipe bin trash axe decommission scrap discard dispose demolish obliterate erase
        annihilate free release relinquish ditch dump drop rm del purge zap cancel retire teardown tear_down tear_it_down get_rid_of rid_of throw_away
        throw_out give_back hand_back done_with finished_with through_with blow_away vaporize euthanize reap undeploy
        deprovision deallocate unprovision put_down take_down clean_up clear_out clear_away cleanup burn_down burn shred evict shoot smash wreck
        give_up hand_in pull_the_plug_on pull_the_plug say_goodbye_to wave_goodbye_to lay_to_rest kiss_goodbye dismantle bulldoze sunset recycle wrap_up
        close finish end bye_bye rip ice dispense_with do_away_with take_out get_shot_of dissolve expel knock_down send_to_the_graveyard cull expunge sack let_go_of let_go return get_rid chuck toss toss_out unreserve incinerate put_out_of rid_me_of rid_us_of eliminate scrub reclaim exterminate liquidate eradicate
        abolish abandon jettison blast slay extinguish zero_out make_go_away make_disappear flush sweep_away sweep_up wash_away clear_off smoke torch murder whack snuff snuff_out yeet banish kill_off finish_off execute waste"),
    (Stop, "stop stand_down pause suspend halt hibernate give_it_a_rest put_on_ice shutdown shut_down power_off poweroff turn_off switch_off power_down turn_down switch_down park
        freeze sleep put_to_sleep spin_down wind_down mothball snooze standby shut_off idle_down stopp quiesce bring_down deactivate disable
        shut"),
    (Start, "resume unpause wake wake_up restart power_on poweron turn_on switch_on turn_back_on bring_back revive reactivate unsuspend
        power_up unfreeze reboot awaken resurrect unpark switch_back_on power_back_on back_on on_again start_again re-start running_again going_again back_online up_again back_up back_alive back_from_the_dead relaunch
        turn_up"),
    (Launch, "start boot boot_up fire_up bring_up start_up spin_up bring_online"),
    (Create, "create launch provision deploy spin set_up setup stand_up allocate book reserve rent order build make prepare spawn
        instantiate lease_me hook_up hook_me_up throw_together whip_up crank_up grab spin_me_up set_me_up get_me give_me
        fix_me_up sort_me_out_with sort_me_out throw_me slap_together kick_off bootstrap let_me_have let_us_have do_with arrange organise organize procure acquire put_together rustle_up fetch hand_me bring_me lend borrow pull_up roll_out raise get_us give_us fetch_me"),
    (Want, "need want require like wish have get give could_use looking_for look_for after use request requires needed
        hoping_for fancy would_love dying_for got in_need_of"),
    (Show, "show display details detail info information status describe inspect check specs spec ip address hostname look_at state
        view about_the_status ips dns uptime health url config"),
    (List, "list ls overview inventory enumerate show_me_all summary rundown roundup recap stocktake"),
    (Extend, "extend prolong lengthen renew bump postpone push extension delay defer stretch extends extending_by
        push_back stay keep_going top_up tack_on add_on re-up longer_on add_time prolongate hold_on_to buy_me_time buy_me_some_time buy_me_more_time buy_us_time buy_us_some_time buy_us_more_time buy_some_time buy_time"),
    (Keep, "keep leave hold retain preserve"),
    (Save, "save store remember keep_as turn_into make_a_template make_template convert snapshot persist capture"),
    (Add, "add register upload link connect import submit set update rotate replace change enter provide attach hook configure renew_my
        refresh supply plug give_you save store use new changed expired put install paste here here_is here_are"),
    (Share, "share sharing grant invite let allow authorize authorise onboard permit"),
    (Unshare, "unshare un-share revoke kick unsharing uninvite disinvite lock_out boot_out exclude ban remove_access withdraw
        stop_sharing shut_out throw_off kick_out cut_off"),
    (Remind, "remind reminder reminders nudge poke ping alert notify reminding heads_up heads-up notification wake_me buzz
        tell_me_in tell_me_at tell_me_to ask_me_to drop_me_a drop_me_an send_me_a_note send_me_a_message shoot_me_a leave_me_a_note give_me_a_ring give_me_a_buzz give_me_a_nudge let_me_know_in let_me_know_at warn prod_me give_me_a_shout shout_at_me message_me dm_me tap_me set_an_alarm set_me_an_alarm alarm_me"),
    (Past, "switched powered turned killed deleted destroyed terminated nuked removed wiped stopped paused suspended shut_it_down halted ended got died vanished
        disappeared dropped released freed erased cancelled canceled trashed restarted started created extended shut_down_by"),
    (Gerund, "killing deleting destroying terminating removing wiping stopping pausing suspending halting extending sharing starting
        resuming hibernating shutting_down turning_off switching_off powering_off saving cancelling"),
    (Quote, "price prices pricing cost costs costing quote quotes quotation estimate estimates ballpark rate rates how_much expensive fee fees
        charge charges set_me_back set_us_back going_for the_damage would_i_pay do_i_pay pay cheaper pricey run_me run_us per_hour_price
        pricetag price_tag dear tariff price-wise worth priced costly price_check figure_for asking_price price_list quote_me
        what_do_i_pay"),
    (Cheap, "cheapest cheaper lowest least_expensive most_affordable inexpensive best_price lowest-cost"),
    (Spend, "spend spent spending bill bills usage burn burning burned burnt invoice invoices expenses expenditure consumption consumed
        billing billed spendings used run_up racked_up rack_up costed costs_so_far owe burn_rate total_cost"),
    (Owe, "owe"),
    // Small talk.
    (Yes, "yes y yep yeah yup ya yea aye sure ok okay k kk go go_ahead do_it ship_it sounds_good looks_good lgtm confirm confirmed correct
        right exactly perfect fine absolutely definitely of_course please_do proceed book_it let_us_go lets_go make_it_so that_works works_for_me
        great good why_not by_all_means affirmative roger be_my_guest approved alright all_right deal agreed agree i_am_sure certain certainly
        yessir yes_sir totally indeed true accept accepted submit_it go_for_it send_it run_it hit_it execute yas yess yesss sure_thing
        you_bet that_is_right that_is_fine sounds_great looks_great looks_right looks_fine good_to_go okey okie okey_dokey yeh yessss
        please_go_ahead continue carry_on just_do_it let_us_do_it let_us_do_this do_that i_do positive yip approve order_it take_it
        i_will_take_it green_light oui ja si si_senor works_great fire_away go_on you_may cool nice excellent super sweet
        sounds_like_a_plan sounds_perfect sounds_fine that_will_do that_does_it no_objections no_objection that_is_correct all_good go_right_ahead fire_it_up
        happy_with_that happy_with_it let_it_rip green_light_it you_have_my_blessing bring_it_on engage make_it_happen"),
    (No, "no n not_what_i_wanted not_what_i_want not_what_i_meant better_not maybe_not perhaps_not rather_not_do i_think_not i_would_rather_not would_rather_not nope nah not_now no_way negative no_thanks no_thank_you hell_no nay noo nooo nooooo rather_not hold_on wait
        too_expensive absolutely_not definitely_not of_course_not certainly_not not_yet hold_it hang_on hold_off stop_that no_no
        not_really do_not wrong incorrect too_much too_pricey not_ok not_okay not_good nein non not_today
        not_this_time i_disagree refuse decline reject rejected too_costly too_dear no_go"),
    (Hello, "hi hello hey heya hiya yo howdy greetings good_morning morning good_afternoon good_evening afternoon evening sup what_is_up
        hello_there hi_there hey_there gday g'day ahoy hallo hola bonjour moin servus wave anyone_there how_are_you how_is_it_going
        you_there gm good_day salut ciao hullo aloha namaste hey_hey hi_bot helo how_do_you_do good_to_see_you nice_to_see_you great_to_see_you nice_to_meet_you good_to_meet_you long_time_no_see"),
    (Thank, "thanks thank thx ty tnx thank_you thankyou cheers appreciated appreciate much_obliged tysm thank_u thanx tks merci danke
        gracias grateful awesome well_done good_job great_job nice_one nice_work great_work good_bot lifesaver you_rock brilliant
        you_are_the_best kudos legend ta works_great fantastic wonderful amazing bravo love_it very_kind_of_you so_kind_of_you kind_of_you very_nice_of_you nice_of_you too_kind that_is_very_kind obrigado arigato"),
    (CancelWord, "cancel scratch_that never_mind nevermind nvm forget_it forget_that forget_about_it forget_about_that forget_this scrap_that scrap_it
        scrap_this abort exit quit skip_it changed_my_mind leave_it_as_it_is leave_it_be do_not_bother drop_it disregard
        stop_it_there not_needed_anymore start_over reset ignore_that ignore_it call_it_off let_it_be leave_it back_out bail
        forget_what_i_said forget_the_whole_thing forget_everything drop_the_whole_thing scrap_the_whole_thing leave_it_there let_us_not not_interested no_longer_interested stop_here stop_this
        call_the_whole_thing_off forget_all_that forget_all_about_it skip_this skip_that drop_that drop_this nevermind_that not_worth_it never_mind_that nvmd nm discard_that cancel_that cancel_it cancel_this cancel_everything back_off leave_it_alone no_longer_needed
        ignore_me withdraw_that do_not_need_it_after_all do_not_need_it_anymore ignore_my_last strike_that undo_that
        do_not_worry_about_it leave_that"),
    (Please, "please pls plz pleas kindly pleaase plss"),
    (Filler, "just so well hmm hm um uh er oh ah then now really actually maybe guys bot infrared sir mate man dude folks buddy there
        lol haha asap quickly quick friend dear btw fyi again too as also but hi hey ok okay thing things think guess believe suppose say
        say_so about around roughly approximately approx circa maximum minimum at_least at_most or_so ish min_of suffices enough plenty should
        do will would be is are was am to the a an and for of with on in at by from it that this i you me we my we'll perfect all right
        much very lot so_much a_lot many anyway though though_i everyone team everybody yes sir"),
    // Grammar.
    (Not, "not no never without nobody none except nor neither cannot avoid instead_of rather_than hardly no_need_for no_need nothing
        no_one anything_but other_than"),
    (Or, "or vs versus either"),
    (And, "and plus & also as_well then"),
    (Correction, "sorry wait actually i_mean i_meant make_it make_that rather scratch oops correction instead hmm_no no_wait
        change_it_to change_that_to make_them or_rather no_sorry on_second_thought pardon er uh scratch_that my_bad typo better_make
        change_to set_it_to switch_to let_us_make_it let_us_say nah no better i_meant_to_say hmm make_this up_it_to nope"),
    (Question, "what which who whose when why how where is are does do did can could will would has have was were should"),
    (More, "more another extra additional further longer +"),
    (Longer, "longer a_bit_longer a_little_longer some_more_time more_time for_longer additional_time extra_time a_while_longer"),
    (Until, "until till til 'til untill by through thru to before up_to til's up_until unitl"),
    (Per, "per / an_hour hourly a_hour each_hour /h"),
    (Each, "each apiece every per_node per_machine a_piece respectively a_node per_box per_worker a_machine"),
    (Total, "total overall altogether combined in_all across_the_cluster together cluster-wide clusterwide in_aggregate aggregate
        across_all_nodes across_all in_sum summed for_the_whole_cluster all_told all_in_all across_nodes across_the_nodes
        across_the_whole_cluster for_all_nodes over_the_cluster collectively in_the_whole_cluster whole_cluster entire_cluster
        across_all_machines sum all_together shared_across"),
    (New, "new fresh additional_one brand-new brand_new another_one"),
    (Again, "again back"),
    (Future, "later tomorrow soon"),
    (Preposition, "of for about on to from with in at into onto over off as like than near around inside using via within since during
        regarding concerning called named"),
    (Adverb, "now today tonight tomorrow later afterwards already immediately instantly asap instead completely entirely permanently forever
        first yet anymore again too please right straight away temporarily overnight until soon eventually early late well quickly slowly
        safely kindly gently gracefully cleanly straightaway pronto ahead everywhere here there anyway anyhow both together maybe perhaps
        bro m8 whenever finally promptly fully outright altogether atm meanwhile weekend"),
    // Values.
    (Gigabyte, "gb g gig gigs giga gigas gib gbs gigabyte gigabytes gigabites gbyte gbytes gis gi gg ggb gbb gibibytes gibibyte"),
    (Megabyte, "mb meg megs mib mbs megabyte megabytes mega mbyte"),
    (Terabyte, "tb t tera teras terabyte terabytes tib tbs"),
    (Memory, "ram memory mem memories"),
    (Disk, "disk storage ssd hdd space nvme drive magnetic disc volume hard_drive harddisk hard_disk disks ssds hdds root_disk
        solid_state harddrive spinning diskspace disk_space"),
    (Core, "core cores vcpu vcpus cpu cpus c cpu's processors processor procs threads vcores vcore v-cpu vcpu's"),
    (Minute, "minute minutes min mins m minuts mns mn"),
    (Hour, "hour hours h hr hrs hours' hour's houres hs"),
    (Day, "day days d day's days' full_day"),
    (Week, "week weeks w wk wks week's weeks'"),
    (Month, "month months mo mos mth month's"),
    (Year, "year years yr yrs"),
    (Fortnight, "fortnight fortnights"),
    (WorkDay, "working_day working_days business_day business_days workday workdays work_day"),
    (Cent, "cent cents ¢ ct cts"),
    (Dollar, "dollar dollars buck bucks usd $ usd/h"),
    (Spot, "spot preemptible spots spot_instance spot_instances spot-priced interruptible pre-emptible preemptable"),
    (OnDemand, "on-demand on_demand ondemand non-spot non-preemptible dedicated regular_price uninterruptible"),
    (Adjective, "new fresh small tiny big large huge beefy medium cheap little plain simple bare more extra additional identical different
        separate single virtual linux quick fast powerful full whole good of other those these same similar brand-new test dev development
        teeny massive modest decent lightweight standard basic normal temporary throwaway disposable solid slim spare long short entire
        stupidly nice proper smallish second third clean vanilla mid-size identical_ones nodes_of giant minimal mini"),
    (Times, "x times"),
    (Budget, "budget max maximum under below less most cap limit limited exceed no_more_than up_to at_most more_than over ceiling within
        spend_more_than"),
    (Active, "running up live on active alive online powered powered_on up_and_running running_now at_the_moment at_this_moment in_this_moment at_present in_use"),
    (Idle, "idle unused idling wasting wasted bored doing_nothing sitting_around not_used not_being_used inactive sitting_idle not_in_use
        nobody_uses nobody_is_using no_one_uses lazy dormant not_doing_anything untouched slacking"),
    (Expiring, "expiring expire expires ending end ends run_out running_out runs_out due terminate_soon about_to_end about_to_expire
        about_to_be_terminated about_to_be_deleted end_soon ending_soon nearing time_out lapse going_away about_to_die about_to_go close_to_expiry
        last_legs end_today"),
    (Ended, "ended finished past history old terminated expired including_ended dead historical ever previous gone closed former archived"),
    // Everything else people say around machines, so that it is not taken for a name or a misspelling.
    (Known, "sweep swept sweeping stoop strop shop shops step steps skill skills kilo pill pills fill fills mill hill
        kiln deplete parse pulse phase remote remodel crop prop droop duke fluke tree trees fee flee wide pipe swipe ripe crash thrash jump
        bump lump pump salt malt germinate channel channels surge urge dark bark turn shot shout sheep steep asleep breeze scrape strap
        scrub pitch witch boss moss loss full pull dull pin been skull still style stock stuck stack clip chip whip strip
        slack jira zoom teams outlook gmail excel google github gitlab notion trello wanted its itself operating trick pid pids regions outdated sending building tore threw gave froze frozen turns
        serve served serves high higher highest deep incl excl configs able above account across act add after ago ahead alone along already always among anyhow anymore anything apart
        apparently appear area arrive ask asked asking attach available away bad based because become been before begin behind being believe
        below best better between beyond bit both bring brought budget busy buy came case catch cause central chance choose city class click
        clear close cloud clouds code colleague colleagues come coming command commands compile complete completely connect connected convenient
        core could country course customer daily dance data database date dear decide demo_of did difference different directly does doing done
        down drive dropping due during early earlier easier east easy either else empty end enough entire environment error europe asia even
        evening ever every exact example except exclude expect explain failed fair faster favourite feel few figure fill final find finish
        finishing first fix follow following forward found free friends from front fully function further future general gets getting given
        gives giving goes going gone gotta great guide guy had half hand handy happen happened happens happy hard has hate he heard heavy held
        hello help helpful her hers him his hold home hope hot how however idea if important include included including inside install installed
        installer instruction instructions instead interested internal into issue itself job join keeps kept kind knew know known laptop
        large late later latest learn least leaving left legacy less let level life light limit little live load local login log look
        looking looks lose losing lost love low lunch made main makes making manage manual many mark may mean means meant measure might
        mind minor miserable misery mistake misused moment money month monthly more most move moved much must name names near necessary
        need needs never next nice night no nobody non none normal nothing notice number numbers off offer office often once one ones only
        onto open opened option options order other others otherwise ought out outside own owner owns part people per perhaps person
        pick piece place plan planned play point possible preinstalled prefer present pretty private probably problem process profile project
        projects proper proud public pull pulled purpose purposes put question questions quickly quiet quite read ready real really reason
        recent recently record region regular rely remain remaining report reports rest result results review right robot role run runs safe
        said same saw saved saying says schedule school second section see seem seen sell send sense sent serious service session set
        several shall she short should showing shown side sign simple since single site sits sitting size sizes slow slowly smart some somebody
        someone something sometimes somewhere soon sort sorts special speed split spring stage staging start started stay staying steps
        still story street strong student such suggest suit support supported supporting sure system systems take taken takes taking talk
        tell telling temporarily than that their theirs them themselves then there they thing this though thought through throughout
        thursday tight till times today together told tomorrow tonight took top toward training tried trouble try trying turn tutorial two
        type types under understand unless unlike unsure up upgrade upon use useful user users uses using usual usually value very via view
        wait waiting walk wall wanna wants war was waste watch water way ways web well went were west whatever wherever whether while whole
        whom why wide will win window with within without won wonder wondering word words work worked working works world worry worse would
        write writing wrong year yesterday yet old older unlink disconnect linked bunch million ton tons loads heaps resize resizing rename upgrade downgrade clone migrate snapshotting you your yours yourself zero alice bob carol dave eve anna tom max john jane mike sarah sam
        ben chris kate bit course evaluate experiment experiments training batch nightly staging dataset analysis analytics ml ai gpu gpus
        workload workloads benchmark benchmarks lab labs workshop class students intern interns review sprint release customer demo_day
        something anything nothing sth smth someone's whichever whenever preferably ideally optimally roughly somewhere else's weekend
        weekdays weekday monday tuesday wednesday friday saturday sunday noon midnight morning afternoon evening overnight eod cob tmrw january
        february march april june july august september october november december quarter dozen couple pair half region zone europe
        budget tier flavour flavor shape hardware software compute capacity cpu-heavy memory-heavy docs documentation readme hints tips
        feature features capability capabilities possible abilities syntax format cancelled hurry urgent urgently approval again's
        bug fire red green blue won lost last yesterday's ago whose broke break broken crash crashed hung hang hangs
        slow reachable unreachable respond responding ping-pong reach internet network vpn ssh'd login password passwords license
        ours theirs master's slave's cores' machine's whoever am pm clock o'clock half-hour overtime weekly hourly yearly quarterly
        sum total's personal personally daily's mistake accident accidentally already guys' forgot forgotten forgetting remembering remembers
        pleasure welcome bye goodbye ciao cya later's night's luck fun funny silly stupid dumb clever joke jokes tell story news
        anyhow kinda sorta gonna dunno idk btw imo tbh omg wtf lmao rofl wow yikes ugh argh damn hell heck crap shit fuck fucking
        bloody damned goddamn freaking soul lives somehow tonight's afternoon's desperate desperately truly sincerely regards sent iphone
        android mobile best kind dear hola team's colleagues' boss manager ceo hr legal finance sales marketing engineering ops devops
        qa sre dba dev devs developer developers prod stage testing tests test tested experiments poc proof concept hackathon
        training inference model models jupyterlab notebook notebooks lab hdfs yarn etl warehouse lake batch stream streaming
        kafka airflow scala sql r julia php apache nginx redis mongo mongodb elasticsearch elastic ruby rails dotnet net cpp compiler
        compiling simulation simulations render rendering crunch crunching crunching-data scrape scraping crawler proxy bastion gateway
        intended supposed meantime attention nowhere everywhere usual defaults default setting settings configuration setup's preset's
        stack stacks image images preloaded ready-made off-the-shelf stuff's cancelling robots human humans are you allowed may possible
        thanks-a-lot figures show-me including excluding basically literally technically apologies sorry's hassle trouble bother bothering
        mention mentioned mentions tagged tag tags label labels colleague's partner mate's visitor guest's contractor contractors vendor
        till's across along owned owners holder belongs belonging belong belonged whichever's last-minute minute's data's disk's
        touch touched ate eat eaten drink drank sandwich sandwiches cake food bring kept won't ride drove driving walk ran running-joke jump jumped climb sit sat stand stood sleep slept wake woke dream
        read wrote written draw drew paint painted sing sang song dance danced play played win lose lost throw threw catch caught hit hurt harm mess messed break fix fixed build built grow grew cut open opened
        close closed push pushed pull pulled hold held carry carried drop leave left arrive arrived travel meet met visit visited live lived die kill born marry married family mother father sister brother son daughter
        child children baby girl boy man woman men women people person friend neighbour neighbor house home kitchen bathroom garden street road town village country earth sky sun moon star stars rain snow wind storm
        weather sea river lake mountain tree trees flower flowers grass animal animals horse cow pig bird fish head face eye eyes ear ears nose mouth hand hands arm leg foot feet body heart blood bone skin
        hair red orange yellow black white brown grey gray pink purple hot cold warm cool wet dry heavy lighter dark bright loud noisy happy sad angry tired hungry thirsty sick ill well healthy rich poor cheap
        expensive beautiful ugly young older strong weak brave afraid shy funny serious true false correct wrong easy difficult simple complex important useless interesting boring strange weird normal special
        common rare possible impossible certain sure doubt doubtful clear unclear thing idea thought fact problem question answer reason cause result effect way method plan goal aim hope wish dream fear love hate
        like dislike enjoy prefer choose chose chosen decide decided agree refuse accept accepted offer offered promise promised allow allowed forbid forbidden order ordered command commanded invite invited ask
        asked beg begged demand demanded apologize apologise excuse excuses pardon forgive forgave blame blamed praise thank greet smile smiled laugh laughed cry cried shout shouted whisper speak spoke spoken talk
        talked tell told say said listen listened hear heard look looked watch watched see saw seen notice noticed find found search searched seek hide hid hidden show shown teach taught learn learned study
        studied know knew known understand understood forget remember remembered believe believed guess guessed imagine imagined expect expected wait waited stay stayed booked gone sorted sort yours anyways
        boredom couch wiki capital france germany berlin president score goals league cup trip holiday holidays vacation sickness doctor hospital medicine bank money cash coin salary raise tax taxes price-tag shop
        shopping store-front market supermarket order-in delivery pack package letter stamp newspaper magazine book-club library museum theatre theater cinema radio tv television camera
        burst bursts peak peaks traffic load-test load-testing loadtest load-tests wondering's memory's storage's drive's"),
];

/// The words of a phrase and what they mean together.
type Phrase = (Vec<&'static str>, Classes);

/// The class set of each word, and phrases by their first word, longest first.
struct Lexicon {
    words: HashMap<&'static str, Classes>,
    phrases: HashMap<&'static str, Vec<Phrase>>,
    by_initial: HashMap<u8, Vec<&'static str>>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::build);

impl Lexicon {
    fn build() -> Self {
        let mut words: HashMap<&'static str, Classes> = HashMap::with_capacity(2_400);
        let mut phrases: HashMap<&'static str, Vec<Phrase>> = HashMap::new();
        let known = Classes::of(Known);
        let mut add = |entry: &'static str, classes: Classes| {
            let classes = classes.union(known);
            if !entry.contains('_') {
                let slot = words.entry(entry).or_default();
                *slot = slot.union(classes);
                return;
            }
            let parts: Vec<&'static str> = entry.split('_').take(MAX_PHRASE_WORDS).collect();
            let Some(first) = parts.first().copied() else {
                return;
            };
            let list = phrases.entry(first).or_default();
            match list
                .iter_mut()
                .find(|(known_parts, _)| *known_parts == parts)
            {
                Some((_, set)) => *set = set.union(classes),
                None => list.push((parts, classes)),
            }
        };
        for (class, line) in WORDS {
            for entry in line.split_whitespace() {
                add(entry, Classes::of(*class));
            }
        }
        for entry in names::words() {
            add(entry, known);
        }
        for first in names::words().filter_map(|entry| entry.split('_').next()) {
            add(first, Classes::of(Name));
        }
        for list in phrases.values() {
            for part in list.iter().flat_map(|(parts, _)| parts) {
                let slot = words.entry(part).or_default();
                *slot = slot.union(known);
            }
        }
        for list in phrases.values_mut() {
            list.sort_by_key(|(parts, _)| std::cmp::Reverse(parts.len()));
        }
        let mut by_initial: HashMap<u8, Vec<&'static str>> = HashMap::new();
        for word in words.keys() {
            if let Some(initial) = word.bytes().next() {
                by_initial.entry(initial).or_default().push(word);
            }
        }
        for list in by_initial.values_mut() {
            list.sort_unstable();
        }
        Self {
            words,
            phrases,
            by_initial,
        }
    }
}

/// Every word and phrase of a class, an underscore standing for a space.
pub(super) fn entries(class: Class) -> impl Iterator<Item = &'static str> {
    let lines = WORDS.iter().filter(move |(of, _)| *of == class);
    lines.flat_map(|(_, line)| line.split_whitespace())
}

/// What a word can be; nothing when it is not known.
pub(super) fn classes(word: &str) -> Classes {
    LEXICON.words.get(word).copied().unwrap_or_default()
}

/// Whether the word is known at all.
pub(super) fn is_known(word: &str) -> bool {
    LEXICON.words.contains_key(word)
}

/// Known words with that first byte, for the search of a misspelt one.
pub(super) fn with_initial(initial: u8) -> &'static [&'static str] {
    LEXICON.by_initial.get(&initial).map_or(&[], Vec::as_slice)
}

/// The longest phrase that starts with the words given: its length in words and its classes.
pub(super) fn phrase<'a>(
    first: &str,
    word_at: impl Fn(usize) -> Option<&'a str>,
) -> Option<(usize, Classes)> {
    LEXICON
        .phrases
        .get(first)?
        .iter()
        .find_map(|(parts, classes)| {
            let matches = parts
                .iter()
                .enumerate()
                .skip(1)
                .all(|(offset, part)| word_at(offset) == Some(*part));
            matches.then_some((parts.len(), *classes))
        })
}
