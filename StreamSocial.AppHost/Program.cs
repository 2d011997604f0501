using StreamSocial.AppHost.Control;
using StreamSocial.AppHost.Links;
using StreamSocial.AppHost.Restarting;
using StreamSocial.AppHost.Scaling;
using StreamSocial.AppHost.Startup;
using StreamSocial.AppHost.Topology;
using StreamSocial.Hosting.Kafka;

return await AppHostRunner.RunAsync(args, builder =>
{
    var options = AppHostOptions.From(builder.Configuration, builder.ExecutionContext.IsRunMode);
    var kafka = builder.AddKafkaCluster("kafka");
    var topics = builder.AddTopics(kafka);
    var control = builder.AddControlServer(options);

    var ingest = builder.AddProject<Projects.StreamSocial_Ingest>("ingest")
        .WithTopics(topics)
        .WithSections("Ingest")
        .WithService("ArrowDownload");

    var feeds = builder.AddFeedGenerators(options.FeedGenerators, topics);

    IResourceBuilder<ProjectResource>? autoscaler = null;
    if (options.AutoscalerEnabled)
    {
        autoscaler = builder.AddProject<Projects.StreamSocial_Autoscaler>("autoscaler")
            .WithTopics(topics)
            .WithSections("Autoscaler")
            .WithScaleEndpoint(control)
            .WithDryRunUnlessScaled()
            .WithService("ScaleFill");
    }

    if (options.DashboardEnabled)
    {
        var dashboard = builder.AddProject<Projects.StreamSocial_Dashboard>("dashboard")
            .WithTopics(topics)
            .WithSections("Dashboard", "Alerts")
            .WithScaleEndpoint(control)
            .WithReference(ingest)
            .WithReference(feeds.First)
            .WithService("Grid", home: "Heat map");
        if (autoscaler is not null)
            dashboard.WithReference(autoscaler);
        feeds.WithLink(dashboard, "", "Heat map");
    }

    if (options.Traffic != TrafficKind.None)
    {
        builder.AddProject<Projects.StreamSocial_Traffic>("traffic")
            .WithDemo(options)
            .MayFinish()
            .WithSections("Traffic")
            .WithReference(ingest)
            .WaitFor(ingest)
            .WaitFor(feeds.First)
            .WithService("People");
    }

    builder.AddServiceRestarts();
    builder.AddLinks();
});
