using System.Text.Json.Serialization;
using StreamSocial.FeedGenerator.Reading.Contents;
using StreamSocial.FeedGenerator.Reading.Feeds;
using StreamSocial.FeedGenerator.Reading.Notifications;
using StreamSocial.FeedGenerator.Reading.Routing;

namespace StreamSocial.FeedGenerator.Reading;

/// <summary>The JSON of the read API, without reflection at run time.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(FeedPage))]
[JsonSerializable(typeof(FeedEntryView))]
[JsonSerializable(typeof(StreamNotice))]
[JsonSerializable(typeof(FeedBatchRequest))]
[JsonSerializable(typeof(Batch<FeedPage>))]
[JsonSerializable(typeof(NotificationPage))]
[JsonSerializable(typeof(NotificationView))]
[JsonSerializable(typeof(ContentStatsView))]
[JsonSerializable(typeof(ContentBatchRequest))]
[JsonSerializable(typeof(Batch<ContentStatsView>))]
[JsonSerializable(typeof(ContentPartsRequest))]
[JsonSerializable(typeof(Batch<ContentPart>))]
[JsonSerializable(typeof(TrendingPage))]
[JsonSerializable(typeof(LocalTrending))]
internal sealed partial class ReadingJson : JsonSerializerContext;
