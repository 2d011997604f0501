using System.Globalization;
using StreamSocial.AppHost.Startup;

namespace StreamSocial.AppHost.Topology;

/// <summary>The demo: a celebrity's post goes viral every four minutes, and feed generators as small as containers with a quota come and go with the crowd.</summary>
internal static class DemoTraffic
{
    /// <summary>Half of what a synthetic network does by default, so that two cores have room for the crowd, for four replicas, and for their starts meanwhile.</summary>
    private const int ActionsPerSecond = 50;

    /// <summary>Repeats the demo's traffic until the application ends, and says what is limited for it.</summary>
    public static IResourceBuilder<ProjectResource> WithDemo(this IResourceBuilder<ProjectResource> traffic, AppHostOptions options)
    {
        if (options.Traffic != TrafficKind.Demo)
            return traffic;
        if (options.FeedGenerators.MaxEntriesPerSecond is > 0 and var limit && traffic.ApplicationBuilder.ExecutionContext.IsRunMode)
        {
            Console.WriteLine(FormattableString.Invariant(
                $"Demo: a post goes viral every 4 minutes. Each feed generator is limited to {limit:N0} entries/s, so that the crowd needs several; --FeedGenerators:MaxEntriesPerSecond=0 lifts it."));
        }
        return traffic
            .WithEnvironment("Traffic__Loop", "true")
            .WithEnvironment("Traffic__Synthetic__ActionsPerSecond", ActionsPerSecond.ToString(CultureInfo.InvariantCulture));
    }
}
