namespace StreamSocial.Events;

/// <summary>The names of all topics; partition counts and policies are in <see cref="Topics.StreamSocialTopics"/>.</summary>
public static class TopicNames
{
    public const string UserActions = "user-actions";
    public const string ContentInteractions = "content-interactions";
    public const string FeedUpdates = "feed-updates";
    public const string Notifications = "notifications";
    public const string ActionsState = "actions-state";
    public const string FeedsState = "feeds-state";
    public const string EngagementState = "engagement-state";
    public const string NotificationsState = "notifications-state";
    public const string PullPosts = "pull-posts";
    public const string ContentStats = "content-stats";
    public const string Members = "members";
    public const string RebalanceEvents = "rebalance-events";
    public const string ScalingDecisions = "scaling-decisions";
    public const string HotKeys = "hot-keys";
    public const string Operations = "operations";
    public const string StageControls = "stage-controls";
    public const string Alerts = "alerts";
    public const string DashboardHistory = "dashboard-history";

    /// <summary>Aspire's Kafka health check writes here, and cannot be told to write elsewhere.</summary>
    public const string HealthChecks = "healthchecks-topic";
}
