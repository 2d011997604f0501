using StreamSocial.Autoscaler.Decisions;
using StreamSocial.Autoscaler.Overrides;
using StreamSocial.Scaling;
using StreamSocial.Scaling.Signals;
using StreamSocial.Unit.Tests.Scaling;

namespace StreamSocial.Unit.Tests.Autoscaler.Decisions;

/// <summary>What an autoscaler takes over from the recorded decisions.</summary>
public sealed class DecisionHistoryTests
{
    [Fact]
    public void From_NothingRecorded_BeginsAnew() =>
        Assert.Equivalent(new DecisionHistory(1, ManualOverride.None, [], null), DecisionHistory.From([], term: 1));

    [Fact]
    public void From_DoneSteps_AreRemembered()
    {
        var history = DecisionHistory.From([Decision(2, 3, 2, accepted: true), Decision(1, 1, 3, accepted: true), Decision(3, 2, 2)], term: 1);

        Assert.Equal([new ScalingStep(At(1), 1, 3, null), new ScalingStep(At(2), 3, 2, null)], history.Steps);
        Assert.Null(history.Unfinished);
    }

    [Fact]
    public void From_RefusedStep_IsNeitherDoneNorUnfinished()
    {
        var history = DecisionHistory.From([Decision(1, 1, 3, accepted: false)], term: 1);

        Assert.Empty(history.Steps);
        Assert.Null(history.Unfinished);
    }

    [Fact]
    public void From_LastStepUnanswered_IsUnfinished()
    {
        var unanswered = Decision(2, 1, 4);

        Assert.Same(unanswered, DecisionHistory.From([unanswered, Decision(1, 1, 1)], term: 1).Unfinished);
        Assert.Null(DecisionHistory.From([unanswered, Decision(3, 1, 1)], term: 1).Unfinished);
    }

    /// <summary>Whatever else is in the topic.</summary>
    [Fact]
    public void From_IdsOfAutoscalers_TellsTheNewest()
    {
        var foreign = new ScalingDecision { DecisionId = "7-freshness" };

        Assert.Equal(At(3).ToUnixTimeMilliseconds(), DecisionHistory.From([Decision(1, 1, 1), Decision(3, 1, 1), Decision(2, 1, 1), foreign], term: 1).Newest);
    }

    /// <summary>Of one that decides and a dry run beside it, each takes over what is its own.</summary>
    [Fact]
    public void From_DryRunsAndOthers_AreApart()
    {
        var (live, dry) = (Decision(1, 1, 4), Decision(2, 1, 5));
        dry.DecisionId = DecisionHistory.IdOf(dry.DecidedAt, "freshness", isDryRun: true);
        (live.Override, dry.Override) = (new ManualOverride(ScalingOverrideKind.Fixed, 4, null).ToMessage(), new ManualOverride(ScalingOverrideKind.Paused, null, null).ToMessage());

        var (ofLive, ofDry) = (DecisionHistory.From([live, dry], term: 1), DecisionHistory.From([live, dry], term: 1, isDryRun: true));

        Assert.Equal((live, ScalingOverrideKind.Fixed, live.DecidedAt), (ofLive.Unfinished, ofLive.Override.Kind, ofLive.Newest));
        Assert.Equal((dry, ScalingOverrideKind.Paused, dry.DecidedAt), (ofDry.Unfinished, ofDry.Override.Kind, ofDry.Newest));
    }

    [Fact]
    public void From_LastOverride_Holds()
    {
        var wish = new ManualOverride(ScalingOverrideKind.Fixed, 3, At(60));
        var with = Decision(1, 1, 1);
        with.Override = wish.ToMessage();

        Assert.Equal(wish, DecisionHistory.From([with], term: 1).Override);
        Assert.Equal(ManualOverride.None, wish.At(At(60)));
        Assert.Equal(wish, wish.At(At(59)));
    }

    private static DateTimeOffset At(int second) => Snapshots.Now.AddSeconds(second);

    private static ScalingDecision Decision(int second, int current, int desired, bool? accepted = null)
    {
        var at = At(second).ToUnixTimeMilliseconds();
        var decision = new ScalingDecision
        {
            DecisionId = $"{at:D14}-freshness",
            DecidedAt = at,
            CurrentReplicas = current,
            DesiredReplicas = desired,
            Verdict = desired > current ? ScalingVerdict.ScaleOut : desired < current ? ScalingVerdict.ScaleIn : ScalingVerdict.Hold,
        };
        if (accepted is { } answer)
            (decision.Actuation, decision.Accepted) = ("answered", answer);
        return decision;
    }
}
