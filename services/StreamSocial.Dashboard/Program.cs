using StreamSocial.Dashboard;

await DashboardHost.Build(args).RunAsync();
