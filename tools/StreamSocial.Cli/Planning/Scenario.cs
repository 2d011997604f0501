using System.Collections.Immutable;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Planning;

/// <summary>A typical application: its topics and where they get hot.</summary>
/// <param name="Name">Name on the command line.</param>
/// <param name="RequestsPerSecond">Requests per second at the peak unless another number is given.</param>
/// <param name="Description">What kind of load it is.</param>
/// <param name="Topics">Its topics.</param>
/// <param name="Watch">What to watch while it runs.</param>
internal sealed record Scenario(string Name, double RequestsPerSecond, string Description, ImmutableArray<ScenarioTopic> Topics, ImmutableArray<string> Watch);

/// <summary>A topic of a scenario.</summary>
/// <param name="Workload">Entries for each request, and what one consumer is assumed to process: numbers to replace with measured ones.</param>
/// <param name="Key">The key of its records.</param>
/// <param name="Why">Which order the key keeps.</param>
/// <param name="HotPartitionRisk">When one partition gets far more than the others, and the remedy.</param>
internal sealed record ScenarioTopic(TopicWorkload Workload, string Key, string Why, string HotPartitionRisk);

/// <summary>The scenarios that can be planned by name.</summary>
internal static class Scenarios
{
    public static ImmutableArray<Scenario> All { get; } =
    [
        new(
            "e-commerce",
            20_000,
            "A shop during a sale: many views, few orders, and some articles that everybody wants.",
            [
                new(
                    new("page-views", 1, 25_000), "session_id", "the steps of one visit",
                    "Low: a session is short. Crawlers are the exception; recognise them before they are keyed."),
                new(
                    new("orders", 0.02, 1_000), "order_id", "created, paid, packed, sent",
                    "Low. Keyed by customer_id, a reseller would be one hot key; keyed by seller_id, a large seller."),
                new(
                    new("inventory", 0.05, 2_000), "sku", "reservations of one article, one after the other",
                    "High in a flash sale: one sku is one key, and its order matters. Divide the stock into parts, key by sku#part, and reserve from any part."),
                new(
                    new("payments", 0.02, 500), "order_id", "authorised before captured",
                    "Not by key: a slow provider holds all partitions. More consumers help only up to what the provider takes."),
            ],
            [
                "age of the oldest record of inventory: it rises in one partition first",
                "busy time and retries of payments: a slow provider is no reason for more replicas",
                "max/mean over the partitions of inventory when a sale is announced",
            ]),
        new(
            "gaming",
            100_000,
            "An online game: many small events of players, matches that begin together, and a few leaderboards.",
            [
                new(
                    new("player-events", 1, 25_000), "player_id", "what one player did",
                    "Low. Bots and test accounts stand out; limit events for each player."),
                new(
                    new("match-events", 0.5, 20_000), "match_id", "what happened in one match",
                    "Medium: a tournament is one match with many spectators. Keep spectators' events in a topic of their own, keyed by user."),
                new(
                    new("chat", 0.1, 5_000), "channel_id", "the messages of one channel",
                    "High: the global channel is one key. Divide it into rooms; order holds within a room."),
                new(
                    new("scores", 0.5, 20_000), "leaderboard_id", "the scores of one board",
                    "High: there are fewer boards than partitions. Sums and maxima do not need order: spread a board over several keys and merge the parts when it is read."),
            ],
            [
                "partitions without a record: fewer keys than partitions leave consumers idle",
                "max/mean of chat and scores at the start of a season",
                "rebalances an hour: matches end and begin together, and replicas should not follow each wave",
            ]),
        new(
            "iot",
            500_000,
            "Sensors that report in time with the clock, gateways that were offline, and rare alarms that must not wait.",
            [
                new(
                    new("telemetry", 1, 50_000), "device_id", "the readings of one device",
                    "Low by device. Keyed by gateway_id or tenant_id, the largest would be hot. A device that was offline sends its backlog at once."),
                new(
                    new("device-state", 0.1, 20_000), "device_id", "the latest state; a compacted topic",
                    "Low. A device that flaps writes all the time; suppress states that did not change."),
                new(
                    new("alarms", 0.001, 1_000), "device_id", "raised before cleared",
                    "Medium: a failing site raises all its alarms together. Keyed by site_id they would be in one partition."),
                new(
                    new("commands", 0.01, 2_000), "device_id", "commands to one device, in order",
                    "Low. A device that is offline must not hold those behind it: park its commands."),
            ],
            [
                "the peak within a minute, not its mean: devices report on the full minute; spread their reports, or plan with more headroom",
                "age of the oldest record of alarms, with consumers of their own",
                "arrival after an outage: the backlog of all gateways comes together",
            ]),
    ];

    /// <summary>The scenario of a name; null when there is none.</summary>
    public static Scenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name);
}
